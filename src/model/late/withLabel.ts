import { isMissing } from '../../features/refusal.js'
import type { Row } from '../../values.js'

/** Returns a row with the targets of its label, beside those that the row has brought itself and the label lacks. */
export const withLabel = (row: Row, label: Row, targets: readonly string[]): Row => ({
  ...row,
  ...Object.fromEntries(targets.flatMap((name) => (isMissing(label[name]) ? [] : [[name, label[name]]]))),
})
