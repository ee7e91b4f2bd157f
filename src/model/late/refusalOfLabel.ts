import type { Refused } from '../../features/refusal.js'
import type { Held } from '../../late.js'
import type { Row } from '../../values.js'
import type { Core } from '../state/core.js'
import { encoderOf } from '../step/encoderOf.js'
import { rowOfHeld } from './plainRow.js'
import { withLabel } from './withLabel.js'

/** Returns a function that returns why a row cannot be learned with a label, or undefined; it changes nothing. */
export const refusalOfLabel = (
  core: Core,
): ((held: Pick<Held, 'row' | 'dates'>, label: Row) => Refused | undefined) => {
  const encoder = encoderOf(core)
  const names = Object.keys(core.plan.target)
  const x = new Float64Array(core.width)
  const y = new Float64Array(core.targets)
  return (held, label) => {
    const row = withLabel(rowOfHeld(held), label, names)
    const refused = encoder.encode(row, x, 0, y, 0, []) ?? core.memories?.ahead.readRow(row, x, 0).refused
    if (refused) return refused
    const missing = names.find((_, j) => Number.isNaN(y[j]))
    return missing === undefined ? undefined : { field: missing, reason: `${missing} is missing in a label` }
  }
}
