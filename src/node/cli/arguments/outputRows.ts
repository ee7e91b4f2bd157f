import type { OptionRow } from './optionRow.js'

/** The options that say what is written. */
export type OutputOption = 'keep' | 'digits' | 'no-predictions' | 'explain' | 'curve' | 'json' | 'quiet' | 'serve'

export const outputRows: Readonly<Record<OutputOption, OptionRow>> = {
  keep: {
    group: 'The output',
    value: 'COLUMNS',
    text: 'columns to write beside each prediction, such as an id or a time',
  },
  digits: {
    group: 'The output',
    value: 'NUMBER',
    text: 'the significant digits of predictions and probabilities (default: all)',
  },
  'no-predictions': { group: 'The output', text: 'write only the report, without predictions' },
  explain: {
    group: 'The output',
    value: 'ROWS',
    text: 'say on stderr what each feature contributes to the prediction of every so many rows, such as 1000, or of the "last" one',
  },
  curve: {
    group: 'The output',
    text: 'draw under the report how the score over recent rows went, beside that of the first baseline',
  },
  json: {
    group: 'The output',
    text: 'write the report on stderr as one JSON object, without the schema, notes and progress',
  },
  quiet: { group: 'The output', text: 'write no schema, progress or report to stderr' },
  serve: {
    group: 'The output',
    value: 'PORT',
    text: 'show the learning at http://localhost:PORT, and broadcast the model there',
  },
}
