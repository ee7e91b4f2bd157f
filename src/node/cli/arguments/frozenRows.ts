import { inputRows } from './inputRows.js'
import type { OptionRow } from './optionRow.js'
import { outputRows } from './outputRows.js'

const { format, delimiter, missing, decimal, limit } = inputRows
const { keep, digits } = outputRows
const readingRows = { format, delimiter, missing, decimal, limit }
const quiet: OptionRow = { group: 'The output', text: 'write no notes and no report to stderr' }
const help: OptionRow = { group: '', text: 'show this text' }

export type ReadingOption = 'format' | 'delimiter' | 'missing' | 'decimal' | 'limit'
export type PredictOption = ReadingOption | 'output' | 'explain' | 'keep' | 'digits' | 'quiet' | 'help'
export type EvaluateOption = ReadingOption | 'json' | 'quiet' | 'help'
export type InspectOption = 'svg' | 'json' | 'help'

/** The options of `rxgrad predict`. */
export const predictRows: Readonly<Record<PredictOption, OptionRow>> = {
  ...readingRows,
  output: { group: 'The output', value: 'FORM', text: 'ndjson or csv (default: ndjson)' },
  explain: {
    group: 'The output',
    value: 'ROWS',
    text: 'say what each feature contributes to the prediction of every so many rows, 1 for each, or of the "last" one; numbers and words',
  },
  ...{ keep, digits, quiet, help },
}

/** The options of `rxgrad evaluate`. */
export const evaluateRows: Readonly<Record<EvaluateOption, OptionRow>> = {
  ...readingRows,
  json: { group: 'The output', text: 'write the report as one JSON object' },
  ...{ quiet, help },
}

/** The options of `rxgrad inspect`. */
export const inspectRows: Readonly<Record<InspectOption, OptionRow>> = {
  svg: { group: 'The output', value: 'FILE', text: 'draw the net into this file as an SVG image; - for stdout' },
  json: { group: 'The output', text: 'write all of it as one JSON object: settings, statistics, names and weights' },
  help,
}
