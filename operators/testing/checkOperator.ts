import type { OperatorCase } from './operatorCase.js'
import { operatorLaws } from './operatorLaws.js'

/**
 * Holds an operator against every law that applies to it.
 *
 * @throws Error that names each law it breaks, and how
 * @example
 * checkOperator({
 *   name: 'double',
 *   make: () => ({ operator: map((x: number) => x * 2), inputs: [1, 2, 3], outputs: 3 }),
 * })
 */
export const checkOperator = <A, B>(of: OperatorCase<A, B>): void => {
  const broken = brokenLaws(of)
  if (broken.length > 0) throw new Error(`${of.name} breaks ${broken.length} laws:\n${broken.join('\n')}`)
}

/** The laws that an operator breaks, each with what was seen. */
export const brokenLaws = <A, B>(given: OperatorCase<A, B>): readonly string[] => {
  const of = given as unknown as OperatorCase
  return operatorLaws.flatMap((law) => {
    if (law.appliesTo && !law.appliesTo(of)) return []
    try {
      law.check(of)
      return []
    } catch (error) {
      return [`${law.name}: ${(error as Error).message}`]
    }
  })
}
