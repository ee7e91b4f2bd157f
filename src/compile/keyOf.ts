import { isBySettings } from '../settings.js'

const identities = new WeakMap<object, number>()
let identified = 0
const identityOf = (value: object): string => {
  const identity = identities.get(value) ?? ++identified
  identities.set(value, identity)
  return `#${identity}`
}

/**
 * A text that two configurations have in common only where they mean the same. Data are told by what they are; functions,
 * and objects of classes, by which they are, but for the functions that a member's settings decide.
 */
export const keyOf = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return identityOf(value)
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value)
  if (Array.isArray(value)) return `[${value.map(keyOf).join()}]`
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return identityOf(value)
  const settled = isBySettings(value)
  let text = settled ? '!{' : '{'
  for (const [name, own] of Object.entries(value))
    if (!(settled && typeof own === 'function')) text += `${JSON.stringify(name)}:${keyOf(own)},`
  return `${text}}`
}
