import type { Emit } from '../program/bytecode.js'

/** Where a field's numbers and columns stand in the arena, as byte addresses, and what it emits with. */
export interface FieldSite {
  readonly emit: Emit
  /** The address of its numbers, in f64. */
  readonly raw: number
  /** The address of its columns, in the model's type. */
  readonly columns: number
  /** The address of its statistics, in f64; −1 if it has none. */
  readonly statistics: number
  /** Whether its statistics are advanced by this row alone before they are read. */
  readonly advance: boolean
  /** Whether a number that the statistics do not trust is to be scaled as it is. */
  readonly whole?: boolean
  /** Returns the address of an f64 constant. */
  constant(value: number): number
  /** Returns the address of room for n f64 of the row's own, which lasts from one instruction to the next. */
  scratch(n: number): number
}

/** What a target has to fit. */
export interface TargetSite {
  readonly name: string
  /** The number of the circuit's outputs, and the number of targets that share them. */
  readonly outputs: number
  readonly targets: number
}
