import { settingsOf } from '../settings.js'

const identities = new WeakMap<object, number>()
let identified = 0
/** No text of a configuration begins like this. */
const MARK = '\0'

const identityOf = (value: object): string => {
  const identity = identities.get(value) ?? ++identified
  identities.set(value, identity)
  return MARK + identity
}

const isData = (value: object): boolean =>
  Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value))

/**
 * A text that two configurations have in common only where they mean the same. Data are told by what they are; functions,
 * and objects of classes, by which they are, but for functions that a member's settings decide.
 */
export const keyOf = (value: unknown): string =>
  JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, name) {
    // as it is, not as its toJSON would have it
    const own = this[name]
    if (typeof own === 'function') return identityOf(own)
    // JSON knows neither −0 nor what is not finite
    if (typeof own === 'number') return own - own === 0 && !Object.is(own, -0) ? own : `${MARK}${1 / own}${own}`
    if (typeof own !== 'object' || own === null) return own
    return settingsOf(own) ?? (isData(own) ? own : identityOf(own))
  })
