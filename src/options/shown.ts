/** The length to which a shown text is cut, because a longer one would not explain more. */
const LONGEST = 60

/** Returns a value as it is shown in a message. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') return value.length > LONGEST ? `'${value.slice(0, LONGEST)}…'` : `'${value}'`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return `a function${value.name && ` (${value.name})`}`
  // An object may have no method that turns it into a string.
  if (typeof value !== 'object' || value === null) return String(value)
  return Array.isArray(value) ? 'an array' : ArrayBuffer.isView(value) ? 'a typed array' : 'an object'
}
