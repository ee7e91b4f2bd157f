/** The element type of a model's θ, ∇, slots and activations. Statistics and counters are f64 always. */
export type Precision = 'f32' | 'f64'

/** A model's: 'fast' is f32, its sums of products rounded as the machine likes (`import 'rxgrad/fast'`). */
export type ModelPrecision = Precision | 'fast'

export type Floats = Float32Array | Float64Array

/** What a category is made of. 1 and '1' are the same name; true and 'true' too. */
export type Value = string | number | boolean

/** The user's plain object. */
export type Row = Readonly<Record<string, unknown>>

/** A place in a source, enough for it to go on from there: a line number, an offset, a sequence. */
export type Cursor = string | number
