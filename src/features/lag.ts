import type { Field, FieldMemory } from './field.js'
import type { FieldKind } from './kind.js'
import { scaledNumber } from './scaledNumber.js'
import { readScaledSeries, type ScaledSeries, type ScaledSeriesConfig, scaledSeriesOf } from './scaledSeries.js'
import { checkColumn, checkRows, putFirst, remembering } from './series.js'

/** The value that a column had some rows ago. */
export interface LagField<Of extends string = string, By extends string = string>
  extends Field<never>,
    ScaledSeries<By> {
  readonly kind: 'lag'
  /** The column that is remembered: a feature, the target, or any other number in a row. */
  readonly of: Of
  /** The number of rows to look back. */
  readonly rows: number
  /** Until enough rows have arrived, the field reads as the running mean (z = 0). */
  readonly missing: 'mean'
  memory(): FieldMemory<Of, By>
}

export interface LagConfig<By extends string = string> extends ScaledSeriesConfig<By> {}

const methods = {
  ...scaledNumber,
  memory(this: LagField): FieldMemory {
    const { of, rows } = this
    return remembering(this, {
      reads: [of],
      size: rows,
      recall: (kept) => kept[rows - 1],
      remember: (kept, [value]) => putFirst(kept, value),
    })
  },
}

/**
 * Creates a column with the value that another column had some rows ago: x_t = v_(t − rows), within the row's series.
 *
 * Every row that is not rejected counts, whether or not it has a label. The value of a target is remembered when its
 * row arrives with its label. The field is scaled as `numeric` is. In a chunk, the column that it reads has its own
 * place, unless a feature or the target provides that column.
 *
 * @example
 * createModel({
 *   features: { hour: cyclic(24), before: lag('power', 1), ownBefore: lag('power', 1, { by: 'device' }) },
 *   target: { power: numeric() },
 *   layers: [dense(1)],
 * })
 */
export const lag = <const Of extends string, const By extends string = ''>(
  of: Of,
  rows: number,
  config?: LagConfig<By>,
): LagField<Of, NoInfer<By>> => {
  checkColumn('lag: the column is', of, "lag('power', 1)")
  checkRows('lag', rows, "lag('power', 1)")
  const field: LagField = {
    kind: 'lag',
    of,
    rows,
    ...scaledSeriesOf('lag', config),
    missing: 'mean',
    ...methods,
  }
  return field as LagField<Of, By>
}

/** The entry of `lag` in the table of kinds. */
export const lagKind: FieldKind<LagField> = {
  kind: 'lag',
  text: { example: 'lag(power, 1)', parameters: ['of', 'rows', 'by'] },
  read: (settings) => {
    settings.oneOf('missing', ['mean'])
    return lag(settings.text('of'), settings.whole('rows'), readScaledSeries(settings))
  },
  labels: ({ of, rows }) => [`${of} −${rows}`],
}
