/** Says whether a part has an identity of its own. */
export const isObject = (part: unknown): part is object =>
  (typeof part === 'object' && part !== null) || typeof part === 'function'

/**
 * Collects a record and everything that can be reached from it; what stands under `model` is included but not searched.
 */
export const reachableFrom = (record: unknown, found: Set<object> = new Set<object>()): ReadonlySet<object> => {
  if (!isObject(record) || found.has(record)) return found
  found.add(record)
  if (ArrayBuffer.isView(record)) return found
  if (record instanceof Map || record instanceof Set) for (const part of record) reachableFrom(part, found)
  for (const [key, part] of Object.entries(record)) {
    if (key !== 'model') reachableFrom(part, found)
    else if (isObject(part)) found.add(part)
  }
  return found
}

/** A stretch of memory that holds numbers of a record. */
export interface MemorySpan {
  readonly buffer: ArrayBufferLike
  readonly start: number
  readonly end: number
}

/** The memory in which the numbers of a record stand. */
export const memoryOf = (record: unknown): readonly MemorySpan[] =>
  [...reachableFrom(record)].flatMap((part) => {
    if (ArrayBuffer.isView(part))
      return [{ buffer: part.buffer, start: part.byteOffset, end: part.byteOffset + part.byteLength }]
    return part instanceof ArrayBuffer ? [{ buffer: part, start: 0, end: part.byteLength }] : []
  })

/** Makes a record read-only as far as the language allows: its objects and arrays, but not parts that are alive. */
export const frozen = (record: unknown): void => {
  for (const part of reachableFrom(record)) if (isPlain(part)) Object.freeze(part)
}
const isPlain = (part: object): boolean =>
  Array.isArray(part) || [Object.prototype, null].includes(Object.getPrototypeOf(part) as null)
