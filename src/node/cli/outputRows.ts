import type { OptionRow } from './optionRow.js'

/** The options that say what is written. */
export type OutputOption = 'keep' | 'digits' | 'no-predictions' | 'quiet' | 'serve'

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
  quiet: { group: 'The output', text: 'write no schema, progress or report to stderr' },
  serve: {
    group: 'The output',
    value: 'PORT',
    text: 'show the learning at http://localhost:PORT, and broadcast the model there',
  },
}
