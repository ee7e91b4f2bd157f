import type { Field, FieldMemory } from './field.js'
import type { FieldKind } from './kind.js'
import { scaledNumber } from './scaledNumber.js'
import { readScaledSeries, type ScaledSeries, type ScaledSeriesConfig, scaledSeriesOf } from './scaledSeries.js'
import { checkColumn, checkRows, putFirst, remembering } from './series.js'

/** How much a column has changed over some rows. */
export interface DifferenceField<Of extends string = string, By extends string = string>
  extends Field<never>,
    ScaledSeries<By> {
  readonly kind: 'difference'
  /** The column whose change it is: a feature, the target, or any other number in a row. */
  readonly of: Of
  /** The number of rows between the two values. */
  readonly rows: number
  /** Where one of the two values is missing, the field reads as the running mean (z = 0). */
  readonly missing: 'mean'
  memory(): FieldMemory<Of, By>
}

export interface DifferenceConfig<By extends string = string> extends ScaledSeriesConfig<By> {}

const methods = {
  ...scaledNumber,
  memory(this: DifferenceField): FieldMemory {
    const { of, rows } = this
    return remembering(this, {
      reads: [of],
      size: rows + 1,
      recall: (kept, [own]) => (own === undefined ? kept[0] - kept[rows] : own - kept[rows - 1]),
      remember: (kept, [value]) => putFirst(kept, value),
    })
  },
}

/**
 * Creates a column with the change of another column over some rows, within the row's series: x_t = v_t − v_(t − rows).
 * The value of a target is not known when its row is predicted, so that its change is the last that is known: x_t =
 * v_(t − 1) − v_(t − 1 − rows).
 *
 * Every row that is not rejected counts, whether or not it has a label. The value of a target is remembered when its
 * row arrives with its label. A `Date` is its milliseconds since 1970, and its change is the time between rows. The
 * field is scaled as `numeric` is. In a chunk, the column that it reads has its own place, unless a feature or the
 * target provides that column.
 *
 * @example
 * createModel({
 *   features: { temperature: numeric(), warming: difference('temperature'), trend: difference('power', 24) },
 *   target: { power: numeric() },
 *   layers: [dense(1)],
 * })
 */
export const difference = <const Of extends string, const By extends string = ''>(
  of: Of,
  rows: number = 1,
  config?: DifferenceConfig<By>,
): DifferenceField<Of, NoInfer<By>> => {
  checkColumn('difference: the column is', of, "difference('power')")
  checkRows('difference', rows, "difference('power', 1)")
  const field: DifferenceField = {
    kind: 'difference',
    of,
    rows,
    ...scaledSeriesOf('difference', config),
    missing: 'mean',
    ...methods,
  }
  return field as DifferenceField<Of, By>
}

/** The entry of `difference` in the table of kinds. */
export const differenceKind: FieldKind<DifferenceField> = {
  kind: 'difference',
  text: { example: 'difference(power, 1)', parameters: ['of', 'rows', 'by'] },
  read: (settings) => {
    settings.oneOf('missing', ['mean'])
    return difference(settings.text('of'), settings.whole('rows'), readScaledSeries(settings))
  },
  labels: ({ of, rows }) => [`Δ${rows === 1 ? '' : rows} ${of}`],
}
