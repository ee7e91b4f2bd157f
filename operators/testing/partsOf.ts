/** Whether it can be told from another by identity. */
export const isObject = (part: unknown): part is object =>
  (typeof part === 'object' && part !== null) || typeof part === 'function'

/** A record and everything that can be reached from it; what stands under `model` is there, and not looked into. */
export const partsOf = (record: unknown, found: Set<object> = new Set<object>()): ReadonlySet<object> => {
  if (!isObject(record) || found.has(record)) return found
  found.add(record)
  if (ArrayBuffer.isView(record)) return found
  if (record instanceof Map || record instanceof Set) for (const part of record) partsOf(part, found)
  for (const [key, part] of Object.entries(record)) {
    if (key !== 'model') partsOf(part, found)
    else if (isObject(part)) found.add(part)
  }
  return found
}

/** A stretch of memory that a record has numbers in. */
export interface Stretch {
  readonly buffer: ArrayBufferLike
  readonly start: number
  readonly end: number
}

/** The memory that the numbers of a record stand in. */
export const memoryOf = (record: unknown): readonly Stretch[] =>
  [...partsOf(record)].flatMap((part) => {
    if (ArrayBuffer.isView(part))
      return [{ buffer: part.buffer, start: part.byteOffset, end: part.byteOffset + part.byteLength }]
    return part instanceof ArrayBuffer ? [{ buffer: part, start: 0, end: part.byteLength }] : []
  })

/** Makes a record read-only as far as the language can: objects and arrays, and not what has a life of its own. */
export const frozen = (record: unknown): void => {
  for (const part of partsOf(record)) if (isPlain(part)) Object.freeze(part)
}
const isPlain = (part: object): boolean =>
  Array.isArray(part) || [Object.prototype, null].includes(Object.getPrototypeOf(part) as null)
