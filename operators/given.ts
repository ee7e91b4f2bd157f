import { shown } from '../src/options/shown.js'

/** Tells whether it is a kind of value, such as 'an Observable of labels', rather than what makes one. */
const isKind = (maker: string): boolean => /^an? /.test(maker)

/** Refuses what lacks the method that an operator calls: nothing, options in the model's place, or a promise. */
export const checkGiven = (what: string, given: unknown, method: string, maker = 'createModel'): void => {
  if (typeof (given as Record<string, unknown> | undefined | null)?.[method] !== 'function')
    throw new TypeError(`${what} is ${shown(given)}; expected ${isKind(maker) ? maker : `what ${maker} returns`}.`)
}
