import type { Experts, MixedExpert } from '../experts/expert.js'
import type { Field, FieldMemory, Fields } from '../features/field.js'
import type { Circuit } from '../graph/graph.js'
import type { Layer } from '../layers/layer.js'
import type { LossFunction } from '../losses/index.js'
import type { Optimizer } from '../optimizers/index.js'
import type { AnyValue, Cursor, ModelPrecision, Precision, Value } from '../values.js'

/** The values that a row may hold for a field; null and undefined stand for a missing value where one is allowed. */
export type InputOf<F extends Field> =
  F extends Field<infer V> ? (F extends Demanding ? V : V | null | undefined) : never

/** The rows of a model: its features, and its target if the row is to be learned. */
export type RowOf<F extends Fields, T extends Fields> = {
  readonly [K in keyof F as F[K] extends Remembering | Combining ? never : K]: InputOf<F[K]>
} & {
  readonly [K in keyof T]?: InputOf<T[K]>
} & {
  readonly [K in Exclude<ReadBy<F[keyof F]>, keyof F | keyof T>]?: Value | Date | null | undefined
}

/** The value of a model's predictions: that of its target, which is the number of the first where there are several. */
export type ValueOf<T extends Fields> = T[keyof T] extends Field<unknown, infer P> ? P : AnyValue

/** The columns of a row's weight and cursor, if the configuration names them. */
export type BesideOf<W extends string, C extends string> = {
  readonly [K in W as string extends W ? never : K]?: number | null | undefined
} & { readonly [K in C as string extends C ? never : K]?: Cursor | null | undefined }

/** A row without such a field is rejected. */
interface Demanding {
  readonly missing: 'reject'
}
/** A field that is recalled from other columns, so that no row holds it. */
interface Remembering {
  readonly accepts?: never
  memory(): FieldMemory
}
/** A field that combines other columns, so that no row holds it. */
interface Combining {
  readonly accepts?: never
  reads(): readonly string[]
}
/** The columns that such a field reads instead, and that a row may hold. */
type ReadBy<F> = F extends { memory(): FieldMemory<infer Reads, infer By> }
  ? Exclude<Reads | By, ''>
  : F extends { reads(): readonly (infer Reads extends string)[] }
    ? Reads
    : never

/** The options of every model, whatever its circuit is given as. */
export interface CommonConfig<F extends Fields, T extends Fields, W extends string, C extends string> {
  /** The columns that the model reads. Default for a circuit: one unscaled number for each of its inputs. */
  readonly features?: F
  /** What the model learns to predict: one category, or one or several numbers. */
  readonly target: T
  /** Default: huber() for a scaled number, squared() for an unscaled one, crossEntropy() for a category. */
  readonly loss?: LossFunction
  /** Default: auto() for layers; sgd() for a circuit. */
  readonly optimizer?: Optimizer
  /**
   * Default: 'f32' for layers, 'f64' for a circuit. 'fast' (with `import 'rxgrad/fast'`) is f32 with fused
   * multiply-adds if the machine has them: windows of wide layers are faster, and the last bits depend on the machine.
   */
  readonly precision?: ModelPrecision
  /** Seeds the initial values of the weights. */
  readonly seed?: number
  /** Tensors (`dense1.W`) or groups (`bias`) that training never changes. */
  readonly freeze?: readonly string[]
  /** Whether a prediction uses statistics advanced by its own row (default) or only those before it, as in River. */
  readonly statistics?: 'beforePrediction' | 'afterPrediction'
  /**
   * The interval, in steps, at which the healthy state for a rollback is saved. Default: 1024; with hashed features a
   * sixteenth of their capacity if that is larger, because saving copies all weights, of which a row changes few.
   */
  readonly guard?: { readonly every?: number }
  /**
   * The number of contiguous runs into which a window of b rows is cut. The runs are as equal as possible, earlier ones
   * one row longer, and some are empty if b is smaller. Each run's gradient is summed from zero, the sums are added in
   * order, then scaled by 1/b: the bits depend on this number, and never on which engine computes a run. Default: 1.
   */
  readonly shards?: number
  /**
   * Whether features may be targets, too, as in `autoencoder`: the model then predicts, from all that it reads, what it
   * has read. Otherwise such a name is refused, because it gives the answer away. Default: false.
   */
  readonly reconstruct?: boolean
  /** The field of a row that holds the row's importance weight. */
  readonly weight?: W
  /**
   * What executes the steps; both give the same bits. Default: 'wasm' if the host allows it, otherwise 'interpreter'.
   */
  readonly executor?: 'wasm' | 'interpreter'
  /** The field of a row that holds the position from which its source can be resumed after the row. */
  readonly cursor?: C
}
export type ModelConfig<
  F extends Fields,
  T extends Fields,
  W extends string = string,
  C extends string = string,
> = CommonConfig<F, T, W, C> &
  (
    | { readonly layers: readonly Layer[]; readonly circuit?: undefined; readonly experts?: undefined }
    | { readonly circuit: Circuit; readonly layers?: undefined; readonly experts?: undefined }
    | { readonly experts: Experts; readonly layers?: undefined; readonly circuit?: undefined }
  )

/** A configuration in which every default is filled in and every contradiction has been refused. */
export interface Plan {
  readonly circuit: Circuit
  /** The layers that the circuit was built from; undefined if the circuit itself was given. */
  readonly layers: readonly Layer[] | undefined
  /** The experts whose outputs the circuit mixes, in the order of their weights; undefined for a single circuit. */
  readonly experts: readonly MixedExpert[] | undefined
  readonly features: Fields
  readonly target: Fields
  readonly loss: LossFunction
  readonly optimizer: Optimizer
  readonly precision: Precision
  /** Whether sums of products may be rounded in the machine's own way, which is precision 'fast'. */
  readonly fast: boolean
  readonly freeze: readonly string[]
  readonly statistics: 'beforePrediction' | 'afterPrediction'
  readonly guardEvery: number
  readonly shards: number
  readonly weight: string | undefined
  readonly cursor: string | undefined
  readonly executor: 'wasm' | 'interpreter' | undefined
  /** The number of outputs. */
  readonly outputs: number
}

/** The type of a model's numbers. */
export const elementOf = (precision: ModelPrecision): Precision => (precision === 'f64' ? 'f64' : 'f32')
