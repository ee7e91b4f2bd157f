import { leavingLaws } from './leavingLaws.js'
import { notificationLaws } from './notificationLaws.js'
import type { OperatorLaw } from './operatorCase.js'
import { placeLaws } from './placeLaws.js'
import { recordLaws } from './recordLaws.js'
import { stateLaws } from './stateLaws.js'
import { teardownLaws } from './teardownLaws.js'

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
