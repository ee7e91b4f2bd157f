import { settingsOf } from '../settings.js'

const identities = new WeakMap<object, number>()
let identified = 0
/** A mark with which no text of a configuration begins. */
const MARK = '\0'

const identityOf = (value: object): string => {
  const identity = identities.get(value) ?? ++identified
  identities.set(value, identity)
  return MARK + identity
}

const isData = (value: object): boolean =>
  Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value))

/**
 * Returns a text that is equal for two configurations only if they mean the same. Data are compared by content;
 * functions and instances of classes by identity, except for functions that are determined by a member's settings.
 */
export const keyOf = (value: unknown): string =>
  JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, name) {
    // The property is read directly, because JSON.stringify has already applied its toJSON.
    const own = this[name]
    if (typeof own === 'function') return identityOf(own)
    // JSON cannot represent −0 or numbers that are not finite.
    if (typeof own === 'number') return own - own === 0 && !Object.is(own, -0) ? own : `${MARK}${1 / own}${own}`
    if (typeof own === 'bigint') return MARK + own
    if (typeof own !== 'object' || own === null) return own
    return settingsOf(own) ?? (isData(own) ? own : identityOf(own))
  })
