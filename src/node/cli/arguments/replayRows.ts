import { keepingRows } from './keepingRows.js'
import type { OptionRow } from './optionRow.js'

const help: OptionRow = { group: '', text: 'show this text' }

export type ReplayOption = 'to' | 'save' | 'json' | 'help'
export type DiffOption = 'json' | 'help'

/** The options of `rxgrad replay`. */
export const replayRows: Readonly<Record<ReplayOption, OptionRow>> = {
  to: {
    group: 'What is rebuilt',
    value: 'STEP',
    text: 'the step at which the model is wanted (default: that of the last row)',
  },
  save: {
    group: 'The output',
    value: keepingRows.save.value!,
    text: 'save the model as it was then to this file, from which the other commands go on',
  },
  json: { group: 'The output', text: 'write one JSON object' },
  help,
}

/** The options of `rxgrad diff`. */
export const diffRows: Readonly<Record<DiffOption, OptionRow>> = {
  json: { group: 'The output', text: 'write one JSON object' },
  help,
}
