import { type Shape, shapeText, sizeOf } from '../graph/graph.js'

/** Returns an error that states what an op takes and what it was given. */
export const expected = (what: string, wanted: string, shapes: readonly Shape[]): RangeError =>
  new RangeError(`${what}: the shapes are ${shapes.map(shapeText).join(', ')}; expected ${wanted}.`)

/** Returns a shape as seen from one axis: [outer, n, inner]. */
export const around = (shape: Shape, axis: number): { outer: number; n: number; inner: number } => ({
  outer: sizeOf(shape.slice(0, axis)),
  n: shape[axis],
  inner: sizeOf(shape.slice(axis + 1)),
})

export const checkAxis = (what: string, axis: number, shape: Shape, last: number = shape.length - 1): void => {
  if (!Number.isInteger(axis) || axis < 0 || axis > last)
    throw new RangeError(`${what}: the axis of ${shapeText(shape)} is ${axis}; expected 0 to ${last}.`)
}

/** Returns the sizes [n, k] and [k, m] of a product whose sides may be stored transposed. */
export const matmulSizes = (
  [a = [], b = []]: readonly Shape[],
  transposeA: boolean,
  transposeB: boolean,
): { n: number; k: number; rows: number; m: number } => {
  const [n = 0, k = 0] = transposeA ? [a[1], a[0]] : a
  const [rows = 0, m = 0] = transposeB ? [b[1], b[0]] : b
  return { n, k, rows, m }
}
