import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import type { Field, FieldMemory } from './field.js'
import type { FieldKind } from './kind.js'
import { checkedClip } from './scaledNumber.js'
import {
  checkRows,
  putFirst,
  readSeries,
  remembering,
  type SeriesConfig,
  type SeriesSettings,
  seriesDefaults,
  seriesOf,
} from './series.js'
import type { FieldSite, TargetSite } from './site.js'
import { WINDOW_SCALERS, type WindowScaler, windowScalers } from './windowScalers.js'

/** A number that is scaled by the last numbers of its row's series. */
export interface WindowedField<By extends string = string> extends Field<number | boolean>, SeriesSettings<By> {
  readonly kind: 'windowed'
  readonly scaler: WindowScaler
  /** The number of numbers in a window, of which the last one is the row's own. */
  readonly rows: number
  /** The bound to which |z| is clipped. */
  readonly clip: number
  /** A missing number reads as the middle of the window: z = 0, or ½ for minmax. */
  readonly missing: 'middle'
  memory(): FieldMemory<never, By>
}

export interface WindowedConfig<By extends string = string> extends SeriesConfig<By> {
  /** The bound to which |z| is clipped. Default: 5. */
  readonly clip?: number
}

const methods = {
  memory(this: WindowedField): FieldMemory<never> {
    const { rows, clip } = this
    const scaler = windowScalers[this.scaler]
    return remembering<never>(this, {
      size: rows - 1,
      recall(kept, [own = Number.NaN]) {
        if (Number.isNaN(own)) return scaler.middle
        // The numbers count as differences to the row's own, which cancels no digits of numbers far from 0.
        const empty = kept.findIndex(Number.isNaN)
        const window = new Float64Array(empty === -1 ? rows : empty + 1)
        for (let i = 1; i < window.length; i++) window[i] = kept[i - 1] - own
        const [centre, spread] = scaler.of(window)
        return spread > 0 ? Math.max(-clip, Math.min(clip, (0 - centre) / spread)) : scaler.middle
      },
      remember(kept, [value]) {
        if (!Number.isNaN(value)) putFirst(kept, value)
      },
    })
  },
  emit({ emit, raw: a, columns: out }: FieldSite): void {
    emit('cast', { out, a, n: 1 })
  },
  asTarget({ name }: TargetSite): Field {
    throw new RangeError(
      `createModel: target '${name}' is scaled by a window, which is for features, as a prediction is scaled back by running statistics; expected numeric().`,
    )
  },
}

/**
 * Creates a numeric column that is scaled by the last numbers of the row's series, up to its own: z = (x − centre) /
 * spread, clipped to ±5 unless `clip` says otherwise. `standard` takes the mean and the standard deviation √(Σ(v −
 * μ)²/n); `minmax` the least number and the range, so that z is in [0, 1]; `robust` the median and the distance of the
 * quartiles, which up to a quarter of wild numbers cannot move.
 *
 * The window is `rows` numbers, of which fewer count at first; missing ones do not count. It follows a change of units
 * or of level as soon as it has passed, and by a key each series has a window of its own, where `numeric` scales all
 * rows alike, by statistics that fade. A missing number reads as the middle, z = 0, or ½ for `minmax`; so does any number
 * where the spread is 0, as it is where all numbers are equal, and for `robust` where most are.
 *
 * Every row that is not rejected counts, whether or not it has a label, and a row's own number counts in either setting
 * of `statistics`. The window is looked at anew for each row, in time that grows with it (`robust` sorts it), and so never
 * drifts. It cannot be a target.
 *
 * Hyndman and Fan (1996), definition 7, for the quartiles, as in NumPy and scikit-learn.
 *
 * @example
 * createModel({
 *   features: { pressure: windowed('robust', 100, { by: 'device' }), load: windowed('minmax', 24) },
 *   target: { power: numeric() },
 *   layers: [dense(1)],
 * })
 */
export const windowed = <const By extends string = ''>(
  scaler: WindowScaler,
  rows: number,
  config?: WindowedConfig<By>,
): WindowedField<NoInfer<By>> => {
  oneOf('windowed', 'scaler', scaler, WINDOW_SCALERS)
  checkRows('windowed', rows, "windowed('robust', 100)")
  if (rows < 2) throw new RangeError('windowed: rows is 1; expected at least 2, because one number has no spread.')
  const { clip, ...series } = optionsOf('windowed', config, { ...seriesDefaults, clip: 5 })
  const field: WindowedField = {
    kind: 'windowed',
    scaler,
    rows,
    ...seriesOf('windowed', series),
    clip: checkedClip('windowed', 'standard', clip),
    missing: 'middle',
    ...methods,
  }
  return field as WindowedField<By>
}

/** The entry of `windowed` in the table of kinds. */
export const windowedKind: FieldKind<WindowedField> = {
  kind: 'windowed',
  text: { example: 'windowed(robust, 100)', parameters: ['scaler', 'rows', 'by'] },
  read: (settings) => {
    settings.oneOf('missing', ['middle'])
    return windowed(settings.oneOf('scaler', WINDOW_SCALERS), settings.whole('rows'), {
      ...readSeries(settings),
      clip: settings.number('clip'),
    })
  },
  labels: (_, name) => [name],
}
