import { ADVANCE, EXPONENTIAL } from '../program/abi.js'
import type { Field, FieldSite, Scaling } from './field.js'
import type { FieldKind } from './kind.js'
import { oneOf } from './oneOf.js'

/** A number: scaled by its own running mean and variance, or left as it is. */
export interface NumericField extends Field<number | boolean> {
  readonly kind: 'numeric'
  /** `exponential` weighs recent rows more (a = max(1/n, 0.001)); `standard` is Welford's; `none` leaves the number. */
  readonly scale: 'exponential' | 'standard' | 'none'
  /** |z| is cut to this after scaling; the largest number there is cuts nothing (JSON knows no Infinity). A target is never cut. */
  readonly clip: number
  /** What a row without this field means: `mean` reads as the running mean (z = 0), `reject` rejects the row. */
  readonly missing: 'mean' | 'reject'
}

/** A clip that cuts nothing. */
const UNCLIPPED: number = Number.MAX_VALUE

export interface NumericConfig {
  readonly scale?: NumericField['scale']
  readonly clip?: number
  readonly missing?: NumericField['missing']
}

const flagsOf = ({ scale }: NumericField): number => (scale === 'exponential' ? EXPONENTIAL : 0)

const methods = {
  scaling(this: NumericField): Scaling | 'none' {
    return this.scale === 'none' ? 'none' : { exponential: this.scale === 'exponential', clip: this.clip }
  },
  /** n, μ and σ². */
  statistics(this: NumericField): number {
    return this.scale === 'none' ? 0 : 3
  },
  emit(this: NumericField, { emit, raw: a, columns: out, statistics: b, advance, constant }: FieldSite): void {
    if (this.scale === 'none') emit('cast', { out, a, n: 1 })
    else emit('scale', { out, a, b, c: constant(this.clip), flags: flagsOf(this) | (advance ? ADVANCE : 0) })
  },
  commit(this: NumericField, { emit, raw: a, statistics: b }: FieldSite): void {
    if (this.scale !== 'none') emit('commitScale', { a, b, flags: flagsOf(this) })
  },
  asTarget(this: NumericField): NumericField {
    return { ...this, clip: UNCLIPPED }
  },
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
  return { kind: 'numeric', scale, clip: Math.min(clip, UNCLIPPED), missing, ...methods }
}

/** `numeric` as a row of the table of kinds. */
export const numericKind: FieldKind<NumericField> = {
  kind: 'numeric',
  read: ({ oneOf, number }) =>
    numeric({
      scale: oneOf('scale', ['exponential', 'standard', 'none']),
      clip: number('clip'),
      missing: oneOf('missing', ['mean', 'reject']),
    }),
  usage: 'numeric',
  parse({ size }, refuse) {
    if (size === undefined || size === 'standard' || size === 'none' || size === 'exponential')
      return numeric(size === undefined ? {} : { scale: size })
    return refuse('a numeric column is scaled by exponential, standard or none, such as numeric(none).')
  },
  format: ({ scale }) => (scale === 'exponential' ? { size: undefined } : { size: scale }),
  labels: (_, name) => [name],
}
