import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { F64 } from '../program/abi.js'
import type { Field } from './field.js'
import type { FieldKind } from './kind.js'
import { checkedClip, SCALES, type ScaleSettings, scaledNumber, UNCLIPPED } from './scaledNumber.js'
import type { FieldSite, TargetSite } from './site.js'

/** A number that is scaled by its own running mean and variance, or left as it is. */
export interface NumericField<M extends 'mean' | 'flag' | 'reject' = 'mean' | 'flag' | 'reject'>
  extends Field<number | boolean, number>,
    ScaleSettings {
  readonly kind: 'numeric'
  /**
   * How a row without this field is treated: `mean` reads it as the running mean (z = 0), `flag` does so and says it in
   * a second column, and `reject` rejects it.
   */
  readonly missing: M
}

export interface NumericConfig<M extends NumericField['missing'] = NumericField['missing']>
  extends Partial<ScaleSettings> {
  readonly missing?: M
}

const POLICIES: readonly NumericField['missing'][] = ['mean', 'flag', 'reject']

const methods = {
  ...scaledNumber,
  asTarget(this: NumericField): NumericField {
    return { ...this, clip: UNCLIPPED }
  },
}

/** Emits a second column: 1 where the number is missing, otherwise 0. */
const flagged = {
  columns: (): number => 2,
  emit(this: NumericField, site: FieldSite): void {
    const { emit, raw, columns, constant, scratch } = site
    const number = scratch(2)
    const flag = number + 8
    // The two are computed in f64, and then become the model's type together.
    const emitWide: FieldSite['emit'] = (opcode, operands) => emit(opcode, { ...operands, type: F64 })
    scaledNumber.emit.call(this, { ...site, emit: emitWide, columns: number })
    // NaN is not greater than any number.
    emit('greater', { out: flag, a: raw, b: constant(-UNCLIPPED), n: 1, type: F64 })
    emit('sub', { out: flag, a: constant(1), b: flag, n: 1, type: F64 })
    emit('cast', { out: columns, a: number, n: 2 })
  },
  asTarget({ name }: TargetSite): Field {
    throw new RangeError(
      `createModel: target '${name}' has missing 'flag', which is for features; expected numeric() without it.`,
    )
  },
}

/**
 * Creates a numeric column.
 *
 * `exponential` (the default): a = max(1/n, 0.001); μ += a(x − μ); σ² = (1 − a)(σ² + a(x − μ)²); z = (x − μ)/σ, clipped
 * to ±5 (a target is never clipped). `standard`: Welford, ddof 0, unclipped. σ = 0 gives z = 0. Each row is scaled by
 * the statistics committed before it, advanced by the row itself. A value that is not finite, or lies beyond ±1e150,
 * rejects its row. With `missing: 'flag'`, a second column is 1 where the number is missing, so that a model can learn
 * what that means.
 *
 * `exponential` does not let a wild value blind it (65535 from a broken sensor): once it has seen four values, one with
 * |x − μ| > 30σ counts as one at μ ± 6σ, for z and for the statistics, and `counters.clipped` and an event `clipping`
 * tell of it. A wild value then widens σ by 1.8 %, one in a hundred rows by 25 % in the long run, and a true change of
 * units by a factor of 1,000 is followed within 200 rows. `windowed` scales by the last values alone: by their range, or
 * by their median and quartiles.
 *
 * @example
 * numeric()                        // recent rows weigh more, outliers are cut at ±5
 * numeric({ scale: 'standard' })   // River's StandardScaler
 * numeric({ scale: 'none' })       // the number itself
 * numeric({ missing: 'flag' })     // a sensor that is silent at times, and says something by that
 */
export const numeric = <M extends NumericField['missing'] = 'mean'>(config?: NumericConfig<M>): NumericField<M> => {
  const defaults = { scale: 'exponential', clip: undefined, missing: 'mean' as M } as const
  const { scale, clip, missing } = optionsOf('numeric', config, defaults)
  oneOf('numeric', 'scale', scale, SCALES)
  oneOf('numeric', 'missing', missing, POLICIES)
  const field: NumericField<M> = {
    ...{ kind: 'numeric', scale, clip: checkedClip('numeric', scale, clip), missing },
    ...methods,
  }
  return missing === 'flag' ? { ...field, ...flagged } : field
}

/** The entry of `numeric` in the table of kinds. */
export const numericKind: FieldKind<NumericField> = {
  kind: 'numeric',
  text: { example: 'numeric', parameters: ['scale', 'missing'] },
  read: ({ oneOf, number }) =>
    numeric({
      scale: oneOf('scale', SCALES),
      clip: number('clip'),
      missing: oneOf('missing', POLICIES),
    }),
  labels: ({ missing }, name) => (missing === 'flag' ? [name, `no ${name}`] : [name]),
}
