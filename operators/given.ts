import { shown } from '../src/options/shown.js'

/** Refuses what lacks the method that an operator calls: nothing, options in the model's place, or a promise. */
export const checkGiven = (what: string, given: unknown, method: string, maker = 'createModel'): void => {
  if (typeof (given as Record<string, unknown> | undefined | null)?.[method] !== 'function')
    throw new TypeError(`${what} is ${shown(given)}; expected what ${maker} returns.`)
}
