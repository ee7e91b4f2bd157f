/** The element type of a model's θ, ∇, slots and activations. Statistics and counters are always f64. */
export type Precision = 'f32' | 'f64'

/** The precision of a model: 'fast' is f32 in which the machine may round sums of products (`import 'rxgrad/fast'`). */
export type ModelPrecision = Precision | 'fast'

export type Floats = Float32Array | Float64Array

/**
 * Bytes in memory that is not shared: Uint8Array<ArrayBuffer>. It is written so that compilers before TypeScript 5.7,
 * where that type has no parameter, can read it.
 */
export type Bytes = ReturnType<Uint8Array['slice']>

/** A name of a category. 1 and '1' are the same name, and so are true and 'true'. */
export type Value = string | number | boolean

/** The value of a prediction: a number, or a name, which is undefined while no class has been seen. */
export type AnyValue = Value | undefined

/** A row: a plain object of the user. */
export type Row = Readonly<Record<string, unknown>>

/** A row of type R as it may be given: a column that may be missing may also be left out. */
export type Given<R> = { readonly [K in keyof R as undefined extends R[K] ? never : K]: R[K] } & {
  readonly [K in keyof R as undefined extends R[K] ? K : never]?: R[K]
}

/** A position in a source from which it can be resumed: a line number, an offset or a sequence number. */
export type Cursor = string | number
