import type { IntervalColumns } from '../../../intervals/intervalOf.js'
import type { LearnedRows } from '../../../model.js'
import type { Predictions } from '../../../records.js'
import type { Row } from '../../../values.js'
import type { RowAt, RowColumns } from '../../sources/index.js'
import { createLineWriter, type LinePart, type LineWriter } from '../../text/lineWriter.js'

export interface PredictionConfig {
  readonly target: string
  /** Columns to write beside each prediction. */
  readonly keep: readonly string[]
  /** The number of significant digits of predictions and probabilities. Default: all, so that none is lost. */
  readonly digits?: number | undefined
  /** Whether the interval of each number stands beside its prediction. */
  readonly intervals?: boolean | undefined
  /** Returns the name of the file that is being read, if its lines are to be told from those of others. */
  readonly file?: (() => string) | undefined
}

/** Writes the predictions of learned rows, one line for each row. Rows that the model rejected have no prediction. */
export type PredictionLines = (
  learned: LearnedRows & { readonly interval?: unknown },
  at: readonly RowAt[] | RowColumns,
  isRejected: (row: Row) => boolean,
) => string | Uint8Array

/** Writes a number as JSON; NaN and ∞ are null. */
const numberText = (value: number): string => (Number.isFinite(value) ? `${value}` : 'null')

/** Writes a name or a number as JSON. */
const valueText = (value: unknown): string => (typeof value === 'number' ? numberText(value) : JSON.stringify(value))

/**
 * Creates a writer of one JSON object per row:
 * `{"line":2,"step":0,"prediction":1,"probabilities":{"0":0.4,"1":0.6},"actual":1}`. A row without its target has no
 * `actual`; where intervals or quantiles are wanted, `"lower":…,"upper":…,"quantiles":{"0.1":…}` follows the prediction. The text is put together here because JSON.stringify of a whole object takes three times as long. Rows that
 * arrive as columns are written by `writeLines`.
 */
export const predictionLines = ({ target, keep, digits, file, intervals }: PredictionConfig): PredictionLines => {
  const rounded = (value: number): number => (digits === undefined ? value : Number(value.toPrecision(digits)))
  const column = (values: Float64Array): Float64Array => (digits === undefined ? values : values.map(rounded))
  const opening = (): string => (file === undefined ? '{"line":' : `{"file":${JSON.stringify(file())},"line":`)
  let writeLines: LineWriter | undefined
  let names: string[] = []
  // The texts between the numbers are put together once for each name, because joining texts takes time.
  let predictionTexts: string[] = []
  let probabilityKeys: string[] = []
  /** Writes the label and the columns of a row that stand beside its prediction. */
  const keptText = ({ row, kept = row }: RowAt): string => {
    const actual = row[target]
    let text = actual !== undefined && actual !== null ? `,"actual":${valueText(actual)}` : ''
    for (const name of keep)
      if (kept[name] !== undefined) text += `,${JSON.stringify(name)}:${JSON.stringify(kept[name])}`
    return text
  }
  /** Where the numbers of the rows are expected, by the texts that stand before, and the text that ends it. */
  let expected: readonly (readonly [before: string, column: Float64Array])[] = []
  let ending = ''
  const expectedText = (i: number): string =>
    `${expected.map(([before, column]) => before + numberText(rounded(column[i]))).join('')}${ending}`
  const predictionText = ({ size, steps, values, probabilities, labels }: Predictions, i: number): string => {
    const value = values[i]
    const start = `,"step":${steps[i]}`
    if (labels === undefined) return `${start},"prediction":${numberText(rounded(value))}${expectedText(i)}`
    if (!(value >= 0)) return `${start},"prediction":null`
    const width = probabilities!.length / size
    // A name that came later has a probability in the rows after it, and 0 in the rows before it.
    let known = Math.min(probabilityKeys.length, width)
    while (known > labels.length && probabilities![i * width + known - 1] === 0) known--
    let text = start + predictionTexts[value]
    for (let k = 0; k < known; k++) text += probabilityKeys[k] + numberText(rounded(probabilities![i * width + k]))
    return `${text}}`
  }
  /** Returns the parts of a line; undefined if the rows do not all have the same names. */
  const partsOf = (
    { size, steps, values, probabilities, labels }: Predictions,
    { lines, chunk }: RowColumns,
  ): LinePart[] | undefined => {
    const start = [
      { before: opening(), column: lines },
      { before: ',"step":', column: steps },
    ]
    const end = { before: '}\n' }
    if (labels === undefined)
      return [
        ...start,
        { before: ',"prediction":', column: column(values) },
        ...expected.map(([before, numbers]) => ({ before, column: column(numbers) })),
        { before: `${ending},"actual":`, column: chunk.y },
        end,
      ]
    const shares = column(probabilities!)
    const stride = shares.length / size
    if (labels.length !== names.length || names.length > stride) return undefined
    return [
      ...start,
      { before: '', column: values, texts: predictionTexts },
      ...probabilityKeys.map((before, first) => ({ before, column: shares, first, stride })),
      { before: '},"actual":', column: chunk.y, texts: names },
      end,
    ]
  }
  return ({ model, predictions, interval }, at, isRejected) => {
    if (predictions === undefined) return ''
    const { lower, upper, quantiles = {} } = (interval ?? {}) as Partial<IntervalColumns>
    const levels = Object.entries(quantiles)
    expected = [
      ...(intervals && lower && upper ? [[',"lower":', lower] as const, [',"upper":', upper] as const] : []),
      ...levels.map(([level, numbers], k) => [`${k === 0 ? ',"quantiles":{' : ','}"${level}":`, numbers] as const),
    ]
    ending = levels.length > 0 ? '}' : ''
    const { size, labels } = predictions
    // `labels` are the names known at the first of these rows; those of the model include the names that came since.
    // Names are only ever added.
    if (labels !== undefined && model.labels.length !== names.length) {
      names = model.labels.map((label) => JSON.stringify(label))
      predictionTexts = names.map((name) => `,"prediction":${name},"probabilities":{`)
      probabilityKeys = model.labels.map((label, k) => `${k === 0 ? '' : ','}${JSON.stringify(`${label}`)}:`)
    }
    let text = ''
    if ('kind' in at) {
      const line = (i: number): string => {
        const actual = at.chunk.y[i]
        const actualText = labels === undefined ? numberText(actual) : names[actual]
        return `${opening()}${at.lines[i]}${predictionText(predictions, i)},"actual":${actualText}}\n`
      }
      writeLines ??= createLineWriter()
      const parts = writeLines && partsOf(predictions, at)
      if (parts) return writeLines!(parts, size, line)
      for (let i = 0; i < size; i++) text += line(i)
    } else {
      for (let i = 0; i < size; i++) {
        const { line, row } = at[i]
        if (!isRejected(row)) text += `${opening()}${line}${predictionText(predictions, i)}${keptText(at[i])}}\n`
      }
    }
    return text
  }
}
