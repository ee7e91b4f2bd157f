import type { Field, FieldMemory } from './field.js'
import type { FieldKind } from './kind.js'
import { scaledNumber } from './scaledNumber.js'
import { readScaledSeries, type ScaledSeries, type ScaledSeriesConfig, scaledSeriesOf } from './scaledSeries.js'
import { remembering } from './series.js'

/** A number that reads as the last known one where it is missing. */
export interface FilledField<By extends string = string> extends Field<number | boolean>, ScaledSeries<By> {
  readonly kind: 'filled'
  /** A missing number reads as the last one of its series; before the first, as the running mean (z = 0). */
  readonly missing: 'previous'
  memory(): FieldMemory<never, By>
}

export interface FilledConfig<By extends string = string> extends ScaledSeriesConfig<By> {}

const methods = {
  ...scaledNumber,
  memory(this: FilledField): FieldMemory<never> {
    return remembering<never>(this, {
      size: 1,
      recall: ([last], [own = Number.NaN]) => (Number.isNaN(own) ? last : own),
      remember(kept, [value]) {
        if (!Number.isNaN(value)) kept[0] = value
      },
    })
  },
}

/**
 * Creates a numeric column whose missing values are filled with the previous one of the row's series: the last
 * observation is carried forward. It is scaled as `numeric` is, and the statistics take the filled values in as well.
 *
 * Every row that is not rejected counts, whether or not it has a label. Before the first value of its series, and for
 * a row without a series, a missing value reads as the running mean (z = 0).
 *
 * @example
 * createModel({
 *   features: { hour: cyclic(24), pressure: filled({ by: 'device' }) },
 *   target: { power: numeric() },
 *   layers: [dense(1)],
 * })
 */
export const filled = <const By extends string = ''>(config?: FilledConfig<By>): FilledField<NoInfer<By>> => {
  const field: FilledField = {
    kind: 'filled',
    ...scaledSeriesOf('filled', config),
    missing: 'previous',
    ...methods,
  }
  return field as FilledField<By>
}

/** The entry of `filled` in the table of kinds. */
export const filledKind: FieldKind<FilledField> = {
  kind: 'filled',
  text: { example: 'filled(device)', parameters: ['by'] },
  read: (settings) => {
    settings.oneOf('missing', ['previous'])
    return filled(readScaledSeries(settings))
  },
  labels: (_, name) => [name],
}
