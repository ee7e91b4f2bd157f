import type { OptionRow } from './optionRow.js'

/** The options that say how the input is read. */
export type InputOption = 'format' | 'delimiter' | 'missing' | 'decimal' | 'limit' | 'pace' | 'passes' | 'shuffle'

export const inputRows: Readonly<Record<InputOption, OptionRow>> = {
  format: { group: 'The input', value: 'FORMAT', text: 'csv or ndjson (default: the first character decides)' },
  delimiter: {
    group: 'The input',
    value: 'MARK',
    text: 'the character that separates CSV cells, or "tab" or "space" (default: the most frequent of , ; tab | in the header)',
  },
  missing: { group: 'The input', value: 'TEXTS', text: 'texts that mean a missing value, such as "off,broken"' },
  decimal: {
    group: 'The input',
    value: 'MARK',
    text: 'point or comma: the decimal mark of numbers, of which the other may separate thousands (default: point)',
  },
  limit: { group: 'The input', value: 'ROWS', text: 'the number of rows after which to stop' },
  pace: {
    group: 'The input',
    value: 'ROWS',
    text: 'the number of rows per second, so that a file can be watched like a live stream, as with --serve (default: as many as possible)',
  },
  passes: {
    group: 'The input',
    value: 'NUMBER',
    text: 'how often files are read and learned; predictions and scores are those of the first pass, because later ones are of rows that were learned before (default: 1)',
  },
  shuffle: {
    group: 'The input',
    text: 'with --passes: every pass but the first one takes the rows in an order of its own, which --seed decides; they are held in memory',
  },
}
