import type { Constant } from '../program/assembler.js'
import type { Precision } from '../values.js'
import type { StepOutcome } from './emitStep.js'
import type { Regions } from './regions.js'

/** A model's step as bytecode over one arena, and where in the arena things stand (byte addresses). */
export interface Program {
  readonly precision: Precision
  readonly code: Int32Array
  /** The first word of the row plan, which stands behind the instructions. */
  readonly rows: number | undefined
  readonly segments: Readonly<Record<string, readonly [from: number, to: number]>>
  readonly regions: Regions
  /** A row's own regions: where those of row 0 begin, and how far on the next row's are. Everything else stands before. */
  readonly rowStart: number
  readonly rowStride: number
  readonly constants: readonly Constant[]
  readonly places: Places
}

/** Those of the rows, of what is given to a step, and of the step itself. */
export interface Places extends StepOutcome {
  readonly x: number
  readonly y: number
  readonly weight: number
  /** Where a row's columns and the circuit's activations stand, and end. */
  readonly columns: number
  /** Where each input of the circuit stands. */
  readonly inputs: ReadonlyMap<string, number>
  readonly forwardEnd: number
  readonly outputs: number
  readonly target: number
  readonly link: number
  readonly loss: number
  readonly delta: number
  /** Of each category field, features first, then the target: the f64 count of names it knows; −1 for other fields. */
  readonly counts: readonly number[]
  /** f64: the running statistics of each field, features first, then the targets; −1 for fields that keep none. */
  readonly statistics: readonly number[]
  /** f64 scalars of the step. */
  readonly steps: number
  readonly batchSize: number
  /** How many bytes behind row 0 the window's first row stands. */
  readonly firstRow: number
  readonly inverseBatchSize: number
  readonly meanLoss: number
  readonly meanSquaredDelta: number
  /** f64. */
  readonly losses: number
  readonly huberDelta: number
  /** Lists of the rows that a window touched: of ∇ from elsewhere any may be. */
  readonly lists: readonly number[]
}
