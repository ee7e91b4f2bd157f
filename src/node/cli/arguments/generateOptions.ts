import type { OptionRow } from './optionRow.js'

export type GenerateOptionName =
  | 'rows'
  | 'seed'
  | 'format'
  | 'drift'
  | 'width'
  | 'variant'
  | 'noise'
  | 'perturbation'
  | 'features'
  | 'classes'
  | 'centroids'
  | 'velocity'
  | 'drifting'
  | 'magnitude'
  | 'turn'
  | 'irrelevant'
  | 'swapped'
  | 'help'

/** The options of `rxgrad generate`. Those of the group `settings` are the options of the generators themselves. */
export const settings = 'What a stream is like'

export const generateOptions: Readonly<Record<GenerateOptionName, OptionRow>> = {
  rows: { group: 'The output', value: 'ROWS', text: 'the number of rows, or "endless" (default: 10000)' },
  seed: {
    group: 'The output',
    value: 'NUMBER',
    text: 'the random seed; the same seed gives the same rows (default: 0)',
  },
  format: { group: 'The output', value: 'FORMAT', text: 'csv or ndjson (default: csv)' },
  drift: {
    group: 'Changes',
    value: 'CHANGES',
    text: '"3@5000, 1@8000": from row 5000 on the variant is 3, and from row 8000 on it is 1 again; for led it is the number of swapped segments that changes',
  },
  width: {
    group: 'Changes',
    value: 'ROWS',
    text: 'the number of rows over which each of these changes takes place (default: it is abrupt)',
  },
  variant: { group: settings, value: 'NUMBER', text: 'which of its functions labels the rows at first' },
  noise: {
    group: settings,
    value: 'NUMBER',
    text: 'the share of labels (for led, of segments) that are wrong; for friedman the standard deviation of the noise',
  },
  perturbation: { group: settings, value: 'SHARE', text: 'the share of its range by which each value is disturbed' },
  features: { group: settings, value: 'COLUMNS', text: 'the number of columns beside the label' },
  classes: { group: settings, value: 'NUMBER', text: 'the number of classes' },
  centroids: { group: settings, value: 'NUMBER', text: 'the number of clusters' },
  velocity: { group: settings, value: 'LENGTH', text: 'how far each cluster moves with every row' },
  drifting: { group: settings, value: 'COLUMNS', text: 'the number of weights that change' },
  magnitude: { group: settings, value: 'NUMBER', text: 'by how much each of them changes with every row' },
  turn: { group: settings, value: 'SHARE', text: 'the probability with which the direction of a change turns around' },
  irrelevant: { group: settings, value: 'COLUMNS', text: 'the number of columns that say nothing' },
  swapped: { group: settings, value: 'SEGMENTS', text: 'the number of segments that have changed places at first' },
  help: { group: '', text: 'show this text' },
}
