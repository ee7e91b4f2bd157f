import { isRecord } from './isRecord.js'
import { shown } from './shown.js'

const isMember = (value: unknown): boolean => typeof (value as { readonly kind?: unknown } | null)?.kind === 'string'

/**
 * Returns what is expected in place of a value of another type than its default, or undefined if it is of that type. A
 * text is left to its own check, which lists the texts that are known.
 */
const expectation = (value: unknown, usual: unknown): string | undefined => {
  if (Array.isArray(usual)) return Array.isArray(value) ? undefined : 'a list'
  if (typeof usual === 'boolean') return typeof value === 'boolean' ? undefined : 'true or false'
  if (typeof usual === 'function') return typeof value === 'function' ? undefined : 'a function'
  if (typeof usual === 'object' && usual !== null) return isRecord(value) ? undefined : 'an object'
  // A schedule or an initializer may stand for a number, and is checked by whoever reads it.
  if (typeof usual === 'number' && typeof value !== 'number' && !isMember(value))
    return Number.isFinite(usual) ? `a number, such as ${usual}` : 'a number'
  return undefined
}

/** Refuses options that are of another type than their defaults. */
export const checkTypes = (by: string, options: object, defaults: object): void => {
  for (const [name, usual] of Object.entries(defaults)) {
    const value = (options as Readonly<Record<string, unknown>>)[name]
    const expected = value === usual ? undefined : expectation(value, usual)
    if (expected !== undefined) throw new TypeError(`${by}: ${name} is ${shown(value)}; expected ${expected}.`)
  }
}
