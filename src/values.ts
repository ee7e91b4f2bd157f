/** The element type of a model's θ, ∇, slots and activations. Statistics and counters are always f64. */
export type Precision = 'f32' | 'f64'

/** The precision of a model: 'fast' is f32 in which the machine may round sums of products (`import 'rxgrad/fast'`). */
export type ModelPrecision = Precision | 'fast'

export type Floats = Float32Array | Float64Array

/** A name of a category. 1 and '1' are the same name, and so are true and 'true'. */
export type Value = string | number | boolean

/** A row: a plain object of the user. */
export type Row = Readonly<Record<string, unknown>>

/** A position in a source from which it can be resumed: a line number, an offset or a sequence number. */
export type Cursor = string | number
