import type { OperatorCase } from './operatorCase.js'
import { operatorLaws } from './operatorLaws.js'

/**
 * Checks an operator against every law that applies to it: notifications, teardown, state that must not leak from one
 * subscription to another, records that must not change, and what its case promises.
 *
 * The case gives a name and `make`, which makes everything anew: the operator, its inputs, and the number of outputs.
 *
 * @throws Error that names each law the operator breaks, and how
 * @example
 * checkOperator({
 *   name: 'running sum',
 *   make: () => ({ operator: scan((sum: number, x: number) => sum + x, 0), inputs: [1, 2, 3], outputs: 3 }),
 * })
 */
export const checkOperator = <A, B>(of: OperatorCase<A, B>): void => {
  const broken = brokenLaws(of)
  if (broken.length === 0) return
  const laws = broken.length === 1 ? '1 law' : `${broken.length} laws`
  throw new Error(`${of.name} breaks ${laws}:\n${broken.join('\n')}`)
}

/**
 * Lists the laws that an operator breaks, one line each: the law's name, and where it was broken.
 *
 * @example
 * let sum = 0
 * const leaking = map((v: { x: number }) => ({ sum: (sum += v.x) }))
 * const lines = brokenLaws({ name: 'leaking', make: () => ({ operator: leaking, inputs: [{ x: 1 }], outputs: 1 }) })
 * if (lines.length === 0) throw new Error('the sum leaks from one subscription to the next')
 */
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
