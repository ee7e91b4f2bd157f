import type { LearnedRows } from '../../model.js'
import type { Predictions } from '../../records.js'
import type { Row } from '../../values.js'
import type { RowAt, RowColumns } from '../sources/index.js'
import { createLineWriter, type LinePart, type LineWriter } from '../text/lineWriter.js'

export interface PredictionConfig {
  readonly target: string
  /** Columns to write beside each prediction. */
  readonly keep: readonly string[]
}

/** What was learned as text, a line each. `isRefused` says which rows the model did not take: they have no prediction. */
export type PredictionLines = (
  learned: LearnedRows,
  at: readonly RowAt[] | RowColumns,
  isRefused: (row: Row) => boolean,
) => string | Uint8Array

/** A number as JSON has it; NaN and ∞ are null there. */
const numberText = (value: number): string => (Number.isFinite(value) ? `${value}` : 'null')

/** A name or a number as JSON has it. */
const valueText = (value: unknown): string => (typeof value === 'number' ? numberText(value) : JSON.stringify(value))

/**
 * One JSON object a row: `{"line":2,"step":0,"prediction":1,"probabilities":{"0":0.4,"1":0.6},"actual":1}`. A row without
 * its target has no `actual`. Written by hand, as JSON.stringify of a whole object takes three times as long; and rows
 * that came as columns by `writeLines`.
 */
export const predictionLines = ({ target, keep }: PredictionConfig): PredictionLines => {
  let writeLines: LineWriter | undefined
  let names: string[] = []
  // what stands between the numbers is put together once for each name, as every joining takes its time
  let said: string[] = []
  let keys: string[] = []
  /** What a row holds that is written beside its prediction. */
  const beside = (row: Row): string => {
    const actual = row[target]
    let text = actual !== undefined && actual !== null ? `,"actual":${valueText(actual)}` : ''
    for (const name of keep)
      if (row[name] !== undefined) text += `,${JSON.stringify(name)}:${JSON.stringify(row[name])}`
    return text
  }
  const predicted = ({ size, steps, values, probabilities, labels }: Predictions, i: number): string => {
    const value = values[i]
    const start = `,"step":${steps[i]}`
    if (labels === undefined) return `${start},"prediction":${numberText(value)}`
    if (!(value >= 0)) return `${start},"prediction":null`
    const width = probabilities!.length / size
    // A later name has a probability in the rows that knew it, and 0 in those before.
    let known = Math.min(keys.length, width)
    while (known > labels.length && probabilities![i * width + known - 1] === 0) known--
    let text = start + said[value]
    for (let k = 0; k < known; k++) text += keys[k] + numberText(probabilities![i * width + k])
    return `${text}}`
  }
  /** The parts of a line, as far as all rows know the same names. */
  const partsOf = (
    { size, steps, values, probabilities, labels }: Predictions,
    { lines, chunk }: RowColumns,
  ): LinePart[] | undefined => {
    const start = [
      { before: '{"line":', column: lines },
      { before: ',"step":', column: steps },
    ]
    const end = { before: '}\n' }
    if (labels === undefined)
      return [...start, { before: ',"prediction":', column: values }, { before: ',"actual":', column: chunk.y }, end]
    const stride = probabilities!.length / size
    if (labels.length !== names.length || names.length > stride) return undefined
    return [
      ...start,
      { before: '', column: values, texts: said },
      ...keys.map((before, first) => ({ before, column: probabilities!, first, stride })),
      { before: '},"actual":', column: chunk.y, texts: names },
      end,
    ]
  }
  return ({ model, predictions }, at, isRefused) => {
    if (predictions === undefined) return ''
    const { size, labels } = predictions
    // `labels` were known at the first of these rows; the model's own name the columns that came since. Names are only
    // ever added.
    if (labels !== undefined && model.labels.length !== names.length) {
      names = model.labels.map((label) => JSON.stringify(label))
      said = names.map((name) => `,"prediction":${name},"probabilities":{`)
      keys = model.labels.map((label, k) => `${k === 0 ? '' : ','}${JSON.stringify(`${label}`)}:`)
    }
    let text = ''
    if ('kind' in at) {
      const line = (i: number): string => {
        const actual = at.chunk.y[i]
        const actualText = labels === undefined ? numberText(actual) : names[actual]
        return `{"line":${at.lines[i]}${predicted(predictions, i)},"actual":${actualText}}\n`
      }
      writeLines ??= createLineWriter()
      const parts = writeLines && partsOf(predictions, at)
      if (parts) return writeLines!(parts, size, line)
      for (let i = 0; i < size; i++) text += line(i)
    } else {
      for (let i = 0; i < size; i++) {
        const { line, row } = at[i]
        if (!isRefused(row)) text += `{"line":${line}${predicted(predictions, i)}${beside(row)}}\n`
      }
    }
    return text
  }
}
