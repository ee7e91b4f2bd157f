import type { Constant } from '../program/assembler.js'
import type { Precision } from '../values.js'
import type { MixturePlaces } from './mixture.js'
import type { Regions } from './regions.js'
import type { StepOutcome } from './stepSite.js'

/** A model's step as bytecode over one arena, and where things stand in the arena, as byte addresses. */
export interface Program {
  readonly precision: Precision
  readonly code: Int32Array
  /** The first word of the row plan, which follows the instructions. */
  readonly rows: number | undefined
  readonly segments: Readonly<Record<string, readonly [from: number, to: number]>>
  readonly regions: Regions
  /**
   * The regions that each row has: the address of those of row 0, and the stride to the next row's. All else lies
   * before.
   */
  readonly rowStart: number
  readonly rowStride: number
  readonly constants: readonly Constant[]
  readonly places: Places
}

/** The places of the rows, of what is given to a step, and of the step itself. */
export interface Places extends StepOutcome {
  readonly x: number
  readonly y: number
  readonly weight: number
  /** Where a row's columns begin, and where the circuit's activations begin and end. */
  readonly columns: number
  /** The address of each input of the circuit. */
  readonly inputs: ReadonlyMap<string, number>
  readonly forwardEnd: number
  readonly outputs: number
  readonly target: number
  readonly link: number
  readonly loss: number
  readonly delta: number
  /**
   * For each category field, features first, then the target: the f64 count of its known names; −1 for other fields.
   */
  readonly counts: readonly number[]
  /** The running statistics of each field in f64, features first, then the targets; −1 for fields without any. */
  readonly statistics: readonly number[]
  /** The address of the step's f64 scalars. */
  readonly steps: number
  readonly batchSize: number
  /** The distance in bytes from row 0 to the window's first row. */
  readonly firstRow: number
  readonly inverseBatchSize: number
  readonly meanLoss: number
  readonly meanSquaredDelta: number
  /** The address of the losses, in f64. */
  readonly losses: number
  readonly huberDelta: number
  /** The numbers of the experts that the circuit mixes; undefined for a single circuit. */
  readonly experts: MixturePlaces | undefined
  /** The lists of the rows that a window touched; a gradient from elsewhere may have touched any. */
  readonly lists: readonly number[]
}
