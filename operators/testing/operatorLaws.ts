import { leavingLaws } from './laws/leavingLaws.js'
import { notificationLaws } from './laws/notificationLaws.js'
import { placeLaws } from './laws/placeLaws.js'
import { recordLaws } from './laws/recordLaws.js'
import { stateLaws } from './laws/stateLaws.js'
import { teardownLaws } from './laws/teardownLaws.js'
import type { OperatorLaw } from './operatorCase.js'

/**
 * Every law that an operator is held against, in the order in which they are easiest to mend: for test runners, which
 * give each a test of its own.
 *
 * @example
 * const double: OperatorCase = {
 *   name: 'double',
 *   make: () => ({ operator: map((x) => (x as number) * 2), inputs: [1, 2, 3], outputs: 3 }),
 * }
 * for (const law of operatorLaws) if (law.appliesTo?.(double) ?? true) law.check(double)
 */
export const operatorLaws: readonly OperatorLaw[] = [
  ...notificationLaws,
  ...teardownLaws,
  ...stateLaws,
  ...recordLaws,
  ...placeLaws,
  ...leavingLaws,
]
