import type { LearnedRows, Row } from '../../types.js'
import type { RowAt, RowColumns } from '../sources/index.js'

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
) => string

/** A number as JSON has it; NaN and ∞ are null there. */
const numberText = (value: number): string => (Number.isFinite(value) ? `${value}` : 'null')

/** A name or a number as JSON has it. */
const valueText = (value: unknown): string => (typeof value === 'number' ? numberText(value) : JSON.stringify(value))

/**
 * One JSON object a row: `{"line":2,"step":0,"prediction":1,"probabilities":{"0":0.4,"1":0.6},"actual":1}`. A row without
 * its target has no `actual`. Written by hand, as JSON.stringify of a whole object takes three times as long.
 */
export const predictionLines = ({ target, keep }: PredictionConfig): PredictionLines => {
  let names: string[] = []
  let keys: string[] = []
  /** What a row holds that is written beside its prediction. */
  const beside = (row: Row): string => {
    const actual = row[target]
    let text = actual !== undefined && actual !== null ? `,"actual":${valueText(actual)}` : ''
    for (const name of keep)
      if (row[name] !== undefined) text += `,${JSON.stringify(name)}:${JSON.stringify(row[name])}`
    return text
  }
  return ({ model, predictions }, at, isRefused) => {
    if (predictions === undefined) return ''
    const { size, steps, values, probabilities, labels } = predictions
    // `labels` were known at the first of these rows; the model's own name the columns that came since. Names are only
    // ever added.
    if (labels !== undefined && model.labels.length !== names.length) {
      names = model.labels.map((label) => JSON.stringify(label))
      keys = model.labels.map((label) => `${JSON.stringify(`${label}`)}:`)
    }
    const width = (probabilities?.length ?? 0) / size
    let text = ''
    const columns = 'kind' in at ? at : undefined
    for (let i = 0; i < size; i++) {
      const reading = columns ? undefined : (at as readonly RowAt[])[i]!
      if (reading && isRefused(reading.row)) continue
      const line = reading ? reading.line : columns!.lines[i]!
      const value = values[i]!
      text += `{"line":${line},"step":${steps[i]!},"prediction":${labels === undefined ? numberText(value) : (names[value] ?? 'null')}`
      if (probabilities !== undefined && value >= 0) {
        // A later name has a probability in the rows that knew it, and 0 in those before.
        let known = Math.min(keys.length, width)
        while (known > labels!.length && probabilities[i * width + known - 1] === 0) known--
        text += ',"probabilities":{'
        for (let k = 0; k < known; k++)
          text += `${k === 0 ? '' : ','}${keys[k]!}${numberText(probabilities[i * width + k]!)}`
        text += '}'
      }
      if (reading) text += beside(reading.row)
      else {
        const actual = columns!.chunk.y[i]!
        text += `,"actual":${labels === undefined ? numberText(actual) : names[actual]!}`
      }
      text += '}\n'
    }
    return text
  }
}
