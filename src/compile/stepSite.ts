import type { Assembler } from '../program/assembler.js'
import type { Parameter } from '../program/stepRows.js'
import type { Plan } from './configuration.js'
import type { Regions } from './regions.js'

/** What a step is emitted from: the plan, its memory, and where the numbers of a window's rows stand. */
export interface StepSite {
  readonly plan: Plan
  readonly tensors: readonly Parameter[]
  readonly assembler: Assembler
  readonly regions: Regions
  constant64(value: number): number
  readonly outputs: number
  readonly target: number
  readonly weight: number
  /** The distance in bytes from one row's loss to the next row's. */
  readonly rowStride: number
  readonly steps: number
  readonly batchSize: number
  readonly firstRow: number
  readonly inverseBatchSize: number
  readonly meanLoss: number
  readonly meanSquaredDelta: number
}

export interface StepOutcome {
  /** Scalars whose initial value is not 0. */
  readonly initials: readonly { readonly address: number; readonly value: number }[]
  /** The address of the drift rule's state; undefined if there is no such rule. */
  readonly drift: number | undefined
  /** The addresses of η and of the groups' rates, which can be set at run time. */
  readonly rate: number
  readonly rates: ReadonlyMap<string, number>
  /** The address of η_t of the last step. */
  readonly currentRate: number
  /** Returns the address of the η_t that applies to a tensor. */
  rateOf(tensor: Parameter): number
  /** The address of an f64 that bounds the magnitude of all parameters; it is infinite if no bound is known. */
  readonly reach: number
  readonly gradientBound: number
  readonly parameterBound: number
}
