import type { OptionRow } from './optionRow.js'

/** The options that say where the model is kept. */
export type KeepingOption = 'save' | 'save-every' | 'load' | 'record' | 'config'

export const keepingRows: Readonly<Record<KeepingOption, OptionRow>> = {
  save: {
    group: 'What is kept',
    value: 'FILE',
    text: 'save the model to this file, such as power.rxg: at the end, at Ctrl-C, and now and then before; what it has learned, its scores and how it reads rows are in it',
  },
  'save-every': {
    group: 'What is kept',
    value: 'SPAN',
    text: '"10000" rows or "30s" seconds: the longest span that is not saved yet (default: 60s)',
  },
  load: {
    group: 'What is kept',
    value: 'FILE',
    text: 'go on from a model that --save has written, as if it had never stopped; what it is and how it learns is in the file',
  },
  record: {
    group: 'What is kept',
    value: 'FOLDER',
    text: 'keep each row in this new folder, such as may.run, before it is learned: rxgrad replay rebuilds the model as it was at any step, and rxgrad diff says where two runs part',
  },
  config: {
    group: 'What is kept',
    value: 'FILE',
    text: 'a JSON file with these options by their names, and "input"; an option that is given here as well is taken from here, and rxgrad schema writes what the file may have',
  },
}
