import { shown } from './shown.js'

/**
 * Refuses anything but a function.
 * @param what the argument, as in `learnByKey: createModel`
 * @param expected which function is expected, as in `a function of a key`
 */
export const checkFunction = (what: string, value: unknown, expected: string): void => {
  if (typeof value !== 'function') throw new TypeError(`${what} is ${shown(value)}; expected ${expected}.`)
}
