import { checkWhole } from '../options/checkWhole.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { Field, FieldMemory } from './field.js'
import { gatherMemories } from './gatherMemories.js'
import { createKeyedRows } from './keyedRows.js'
import type { FieldKind } from './kind.js'
import { checkedClip, SCALES, type ScaleSettings, scaledNumber } from './scaledNumber.js'

/** The value that a column had some rows ago. */
export interface LagField<Of extends string = string, By extends string = string> extends Field<never>, ScaleSettings {
  readonly kind: 'lag'
  /** The column that is remembered: a feature, the target, or any other number in a row. */
  readonly of: Of
  /** The number of rows to look back. */
  readonly rows: number
  /** The column whose value identifies a row's series; '' if all rows form one series. */
  readonly by: By | ''
  /** The largest number of series that are remembered. */
  readonly capacity: number
  /** Until enough rows have arrived, the field reads as the running mean (z = 0). */
  readonly missing: 'mean'
  memory(): FieldMemory<Of, By>
}

export interface LagConfig<By extends string = string> extends Partial<ScaleSettings> {
  /** The column whose value identifies a row's series. Default: all rows form one series. */
  readonly by?: By
  /** The largest number of series; beyond it, the series seen least recently is forgotten. Default: 1024. */
  readonly capacity?: number
}

/** The largest number of rows to look back: 8 MB for each series. */
export const FURTHEST = 1_000_000

const methods = {
  ...scaledNumber,
  memory(this: LagField): FieldMemory {
    const { of: reads, rows, by, capacity } = this
    return {
      reads,
      by: by === '' ? undefined : by,
      size: rows,
      capacity,
      gather: gatherMemories,
      create: () => createKeyedRows(rows, capacity, (values) => values[rows - 1]),
    }
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
): LagField<Of, By> => {
  const defaults = { by: undefined, capacity: 1024, scale: 'exponential', clip: undefined } as const
  const { by, capacity, scale, clip } = optionsOf('lag', config, defaults)
  if (typeof of !== 'string' || of === '')
    throw new RangeError(`lag: the column is ${shown(of)}; expected a name, as in lag('power', 1).`)
  for (const [what, value] of Object.entries({ rows, capacity }))
    checkWhole(`lag: ${what} is`, value, ", as in lag('power', 1)")
  if (rows > FURTHEST)
    throw new RangeError(
      `lag: rows is ${rows}; expected at most ${FURTHEST}, because each series keeps that many rows.`,
    )
  if (by !== undefined && typeof by !== 'string')
    throw new RangeError(`lag: by is ${shown(by)}; expected the name of a column, as in { by: 'device' }.`)
  oneOf('lag', 'scale', scale, SCALES)
  const field: LagField = {
    ...{ kind: 'lag', of, rows, by: by ?? '', capacity, scale, clip: checkedClip('lag', scale, clip), missing: 'mean' },
    ...methods,
  }
  return field as LagField<Of, By>
}

/** The entry of `lag` in the table of kinds. */
export const lagKind: FieldKind<LagField> = {
  kind: 'lag',
  text: { example: 'lag(power, 1)', parameters: ['of', 'rows', 'by'] },
  read: ({ text, whole, oneOf, number }) => {
    oneOf('missing', ['mean'])
    return lag(text('of'), whole('rows'), {
      ...{ by: text('by'), capacity: whole('capacity') },
      ...{ scale: oneOf('scale', SCALES), clip: number('clip') },
    })
  },
  labels: ({ of, rows }) => [`${of} −${rows}`],
}
