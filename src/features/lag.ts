import type { Field } from './field.js'
import { gatherMemories } from './gatherMemories.js'
import { createKeyedRows } from './keyedRows.js'
import type { FieldKind, FieldTextKind } from './kind.js'
import { oneOf } from './oneOf.js'
import { checkedClip, SCALES, type ScaleSettings, scaledNumber } from './scaledNumber.js'

/** A column as it was some rows ago. */
export interface LagField extends Field<never>, ScaleSettings {
  readonly kind: 'lag'
  /** The column that is remembered: a feature, the target, or any other number of a row. */
  readonly of: string
  /** How many rows ago. */
  readonly rows: number
  /** The column whose value tells rows of one series from those of another; '' where all rows are one. */
  readonly by: string
  /** The number of series that are remembered. */
  readonly capacity: number
  /** Until enough rows have come, it reads as the running mean (z = 0). */
  readonly missing: 'mean'
}

export interface LagConfig extends Partial<ScaleSettings> {
  /** The column whose value tells rows of one series from those of another. Default: all rows are one series. */
  readonly by?: string
  /** The number of series that are remembered; the one that was seen least recently makes room. Default: 1024. */
  readonly capacity?: number
}

const methods = {
  ...scaledNumber,
  memory(this: LagField): ReturnType<NonNullable<Field['memory']>> {
    const { of: reads, rows, by, capacity } = this
    return {
      reads,
      by: by === '' ? undefined : by,
      size: rows,
      capacity,
      gather: gatherMemories,
      create: () => createKeyedRows(rows, capacity, (values) => values[rows - 1] as number),
    }
  },
}

/**
 * The value that a column had some rows ago: x_t = v_(t − rows), of the series that the row belongs to.
 *
 * Every row that is not rejected counts, whether it has a label or not. A lag of the target is known once its label has
 * come: with its row. It is scaled as `numeric` is. In a chunk, the column that it reads has a place of its own, unless
 * a feature or the target brings it.
 *
 * @example
 * createModel({
 *   features: { hour: cyclic(24), before: lag('power', 1), yesterday: lag('power', 24, { by: 'device' }) },
 *   target: { power: numeric() },
 *   layers: [dense(1)],
 * })
 */
export const lag = (
  of: string,
  rows: number,
  { by = '', capacity = 1024, scale = 'exponential', clip }: LagConfig = {},
): LagField => {
  if (typeof of !== 'string' || of === '')
    throw new RangeError(`lag: the column is ${JSON.stringify(of)}; expected a name, as in lag('power', 1).`)
  for (const [what, value] of Object.entries({ rows, capacity }))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`lag: ${what} is ${value}; expected a whole number of at least 1, as in lag('power', 1).`)
  oneOf('lag', 'scale', scale, SCALES)
  return {
    ...{ kind: 'lag', of, rows, by, capacity, scale, clip: checkedClip('lag', scale, clip), missing: 'mean' },
    ...methods,
  }
}

/** `lag` as a row of the table of kinds. */
export const lagKind: FieldKind<LagField> = {
  kind: 'lag',
  read: ({ text, whole, oneOf, number }) => {
    oneOf('missing', ['mean'])
    return lag(text('of'), whole('rows'), {
      ...{ by: text('by'), capacity: whole('capacity') },
      ...{ scale: oneOf('scale', SCALES), clip: number('clip') },
    })
  },
  labels: ({ of, rows }) => [`${of} −${rows}`],
}

/** `lag` as the command line writes it. */
export const lagText: FieldTextKind<LagField> = {
  kind: 'lag',
  usage: 'lag(power, 1)',
  parse({ size = '' }, refuse) {
    const [of = '', rows = '1', by = ''] = size.split(',').map((part) => part.trim())
    if (of !== '' && /^[1-9]\d*$/.test(rows)) return lag(of, Number(rows), { by })
    return refuse(
      'a lag needs the column that it remembers, how many rows ago, and if need be the column that tells series apart, such as lag(power, 1, device).',
    )
  },
  format: ({ of, rows, by }) => ({ size: [of, rows, ...(by === '' ? [] : [by])].join(', ') }),
}
