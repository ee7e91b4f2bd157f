import { type Shape, shapeText, sizeOf } from '../graph/graph.js'

/** Returns the name of a neuron's sum: net2 for x2. */
export const netName = (name: string): string =>
  /^[a-z]+\d+$/i.test(name) ? name.replace(/^[a-z]+/i, 'net') : `net(${name})`

/** Returns the shape to which two shapes broadcast, by NumPy's rule. */
export const commonShape = (a: Shape, b: Shape, what: string): Shape => {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const m = a[a.length - rank + i] ?? 1
    const n = b[b.length - rank + i] ?? 1
    if (m !== n && m !== 1 && n !== 1)
      throw new RangeError(
        `${what}: shapes ${shapeText(a)} and ${shapeText(b)} do not broadcast; expected equal sizes or 1.`,
      )
    return m === 1 ? n : m
  })
}

/** Checks that JSON preserves the numbers and that they fit the shape: each must be finite and must not be −0. */
export const portable = (what: string, value: number | readonly number[], shape: Shape): number | readonly number[] => {
  const numbers = typeof value === 'number' ? [value] : value
  const wrong = numbers.find((x) => !Number.isFinite(x))
  if (wrong !== undefined)
    throw new RangeError(`${what}: ${wrong} is not finite; expected a number that JSON can hold.`)
  if (typeof value === 'number') return value + 0
  if (value.length !== sizeOf(shape))
    throw new RangeError(
      `${what}: there are ${value.length} numbers; expected ${sizeOf(shape)}, as ${shapeText(shape)} has.`,
    )
  return value.map((x) => x + 0)
}
