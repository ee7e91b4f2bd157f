import { oneOf } from './oneOf.js'

/** A number: scaled by its own running mean and variance, or left as it is. */
export interface NumericField {
  readonly kind: 'numeric'
  /** `exponential` weighs recent rows more (a = max(1/n, 0.001)); `standard` is Welford's; `none` leaves the number. */
  readonly scale: 'exponential' | 'standard' | 'none'
  /** |z| is cut to this after scaling; the largest number there is cuts nothing (JSON knows no Infinity). A target is never cut. */
  readonly clip: number
  /** What a row without this field means: `mean` reads as the running mean (z = 0), `reject` rejects the row. */
  readonly missing: 'mean' | 'reject'
}

/** A clip that cuts nothing. */
export const UNCLIPPED: number = Number.MAX_VALUE

export interface NumericConfig {
  readonly scale?: NumericField['scale']
  readonly clip?: number
  readonly missing?: NumericField['missing']
}

/**
 * A numeric column.
 *
 * `exponential` (the default): a = max(1/n, 0.001); μ += a(x − μ); σ² = (1 − a)(σ² + a(x − μ)²); z = (x − μ)/σ, clipped
 * to ±5 (a target is never clipped). `standard`: Welford, ddof 0, unclipped. σ = 0 gives z = 0. Each row is scaled by the statistics that were
 * committed before it, advanced by itself alone. A value that is not finite, or beyond ±1e150, rejects its row; a wild
 * one within (65535 from a broken sensor) is clipped in z, but widens σ until some thousands of rows have passed: cut such
 * values off before the model sees them.
 *
 * @example
 * numeric()                        // recent rows weigh more, outliers are cut at ±5
 * numeric({ scale: 'standard' })   // River's StandardScaler
 * numeric({ scale: 'none' })       // the number itself
 */
export const numeric = ({
  scale = 'exponential',
  clip = scale === 'exponential' ? 5 : Infinity,
  missing = 'mean',
}: NumericConfig = {}): NumericField => {
  oneOf('numeric', 'scale', scale, ['exponential', 'standard', 'none'])
  oneOf('numeric', 'missing', missing, ['mean', 'reject'])
  if (!(clip > 0)) throw new RangeError(`numeric: clip is ${clip}; expected a number above 0, or Infinity for no clip.`)
  return { kind: 'numeric', scale, clip: Math.min(clip, UNCLIPPED), missing }
}
