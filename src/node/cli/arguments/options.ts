import { type InputOption, inputRows } from './inputRows.js'
import { type KeepingOption, keepingRows } from './keepingRows.js'
import { type ModelOption, modelRows } from './modelRows.js'
import type { OptionRow } from './optionRow.js'
import { type OutputOption, outputRows } from './outputRows.js'
import { type TargetOption, targetRows } from './targetRows.js'

export type OptionName = TargetOption | ModelOption | InputOption | OutputOption | KeepingOption | 'help'

/** The options of `rxgrad learn`, in the order of its help. */
export const learnOptions: Readonly<Record<OptionName, OptionRow>> = {
  ...targetRows,
  ...modelRows,
  ...inputRows,
  ...outputRows,
  ...keepingRows,
  help: { group: '', text: 'show this text' },
}
