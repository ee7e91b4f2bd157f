import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { Field, FieldMemory } from './field.js'
import type { FieldKind } from './kind.js'
import { scaledNumber } from './scaledNumber.js'
import { readScaledSeries, type ScaledSeries, type ScaledSeriesConfig, scaledSeriesOf } from './scaledSeries.js'
import { checkColumn, checkRows, putFirst, remembering } from './series.js'
import { STATISTICS, type Statistic, statistics } from './statistic.js'

/** A statistic of the values that a column had in the rows before. */
export interface RollingField<Of extends string = string, By extends string = string, Time extends string = string>
  extends Field<never>,
    ScaledSeries<By> {
  readonly kind: 'rolling'
  /** The column that is remembered: a feature, the target, or any other number in a row. */
  readonly of: Of
  /** The largest number of earlier rows that count. */
  readonly rows: number
  readonly statistic: Statistic
  /** The length of the window in milliseconds; 0 if the window is a number of rows. */
  readonly withinMs: number
  /** The column with a row's time; '' if the window is a number of rows. */
  readonly time: Time | ''
  /** Where there is no statistic, the field reads as the running mean (z = 0). */
  readonly missing: 'mean'
  memory(): FieldMemory<Of | Time, By>
}

/** A window of time before a row. */
export interface TimeWindow<Time extends string = string> {
  /** The length of the window in milliseconds. */
  readonly withinMs: number
  /**
   * The column with a row's time, in milliseconds since 1970 or as a `Date`. If the column is a feature, it is read as
   * that reads it: `time()` takes texts as well, and with `unit: 'seconds'`, `withinMs` counts seconds.
   */
  readonly time: Time
  /** The largest number of earlier rows that count, which bounds what a series keeps. Default: 256. */
  readonly rows?: number
}

export interface RollingConfig<By extends string = string> extends ScaledSeriesConfig<By> {}

const methods = {
  ...scaledNumber,
  memory(this: RollingField): FieldMemory {
    const { of, rows, time, withinMs } = this
    const statistic = statistics[this.statistic]
    // The values stand first, the newest before all others, and then the times of their rows.
    return time === ''
      ? remembering(this, {
          reads: [of],
          size: rows,
          recall: (kept) => statistic(valuesIn(kept, rows)),
          remember: (kept, [value]) => putFirst(kept, value),
        })
      : remembering(this, {
          reads: [of, time],
          size: 2 * rows,
          recall: (kept, [, now = Number.NaN]) =>
            Number.isNaN(now) ? now : statistic(valuesIn(kept, rows, now - withinMs, now)),
          remember(kept, [value, at]) {
            // A row without a time is in no window, and does not take the place of one that is.
            if (Number.isNaN(at)) return
            putFirst(kept, value, rows)
            putFirst(kept.subarray(rows), at)
          },
        })
  },
}

/** Checks a window, and fills in its defaults. */
const windowOf = (over: number | TimeWindow): Required<TimeWindow> => {
  const isTime = typeof over === 'object' && over !== null
  const { withinMs, time, rows } = isTime
    ? optionsOf('rolling', over, { withinMs: 0, time: '', rows: 256 })
    : { withinMs: 0, time: '', rows: over }
  checkRows('rolling', rows, "rolling('power', 24)")
  if (isTime) checkColumn('rolling: time is', time, "rolling('power', { withinMs: 3_600_000, time: 'at' })")
  if (isTime && !(withinMs > 0 && withinMs < Infinity))
    throw new RangeError(`rolling: withinMs is ${shown(withinMs)}; expected a number of milliseconds above 0.`)
  return { withinMs, time, rows }
}

/** Returns the values that are known; if times are kept as well, those whose time is after `from` and up to `to`. */
const valuesIn = (kept: Float64Array, rows: number, from?: number, to?: number): Float64Array => {
  const values = new Float64Array(rows)
  let count = 0
  for (let i = 0; i < rows; i++) {
    const isInside = from === undefined || to === undefined || (kept[rows + i] > from && kept[rows + i] <= to)
    if (isInside && !Number.isNaN(kept[i])) values[count++] = kept[i]
  }
  return values.subarray(0, count)
}

/**
 * Creates a column with a statistic of the values that another column had in the rows before, within the row's series:
 * its mean, least, largest, standard deviation √(Σ(v − μ)²/n), count, or sum.
 *
 * The window is the last n rows, as in `rolling('power', 24)`, or the time before the row, as in `rolling('power', {
 * withinMs: 3_600_000, time: 'at' })`: the rows whose time is in (t − withinMs, t], of which the last 256 count unless
 * `rows` says otherwise. The row itself is never among them. Values that are missing do not count. Until a window has
 * values, its count and sum are 0, and the others read as the running mean of the field (z = 0); so does a row without a
 * time.
 *
 * Every row that is not rejected counts, whether or not it has a label. The value of a target is remembered when its
 * row arrives with its label. The statistic is computed anew for each row, in time that grows with the window, and so
 * never drifts. The field is scaled as `numeric` is. In a chunk, each column that it reads has its own place, unless a
 * feature or the target provides that column.
 *
 * @example
 * createModel({
 *   features: {
 *     dayMean: rolling('power', 24),
 *     hourMost: rolling('power', { withinMs: 3_600_000, time: 'at' }, 'max', { by: 'device' }),
 *   },
 *   target: { power: numeric() },
 *   layers: [dense(1)],
 * })
 */
export const rolling = <const Of extends string, const By extends string = '', const Time extends string = ''>(
  of: Of,
  over: number | TimeWindow<Time>,
  statistic: Statistic = 'mean',
  config?: RollingConfig<By>,
): RollingField<Of, NoInfer<By>, NoInfer<Time>> => {
  checkColumn('rolling: the column is', of, "rolling('power', 24)")
  const window = windowOf(over)
  oneOf('rolling', 'statistic', statistic, STATISTICS)
  const field: RollingField = {
    kind: 'rolling',
    of,
    ...window,
    statistic,
    ...scaledSeriesOf('rolling', config),
    missing: 'mean',
    ...methods,
  }
  return field as RollingField<Of, By, Time>
}

/** The entry of `rolling` in the table of kinds. */
export const rollingKind: FieldKind<RollingField> = {
  kind: 'rolling',
  text: { example: 'rolling(power, 24, mean)', parameters: ['of', 'rows', 'statistic', 'by', 'time', 'withinMs'] },
  read: (settings) => {
    const { text, whole, number, oneOf } = settings
    oneOf('missing', ['mean'])
    const [rows, time, withinMs] = [whole('rows'), text('time'), number('withinMs')]
    return rolling(
      text('of'),
      time === '' ? rows : { withinMs, time, rows },
      oneOf('statistic', STATISTICS),
      readScaledSeries(settings),
    )
  },
  labels: ({ of, rows, statistic, time, withinMs }) => [
    `${statistic} of ${time === '' ? rows : `${withinMs} ms`} ${of}`,
  ],
}
