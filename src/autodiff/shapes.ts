import { type Shape, shapeText, sizeOf } from '../circuit/graph.js'
import type { Dual, Op, Site } from './op.js'

/** What an op takes, and what it was given. */
export const expected = (what: string, wanted: string, shapes: readonly Shape[]): RangeError =>
  new RangeError(`${what}: expected ${wanted}; was given ${shapes.map(shapeText).join(', ')}.`)

/** A shape seen from one axis: [outer, n, inner]. */
export const around = (shape: Shape, axis: number): { outer: number; n: number; inner: number } => ({
  outer: sizeOf(shape.slice(0, axis)),
  n: shape[axis] as number,
  inner: sizeOf(shape.slice(axis + 1)),
})

export const checkAxis = (what: string, axis: number, shape: Shape, last: number = shape.length - 1): void => {
  if (!Number.isInteger(axis) || axis < 0 || axis > last)
    throw new RangeError(`${what}: axis ${axis} is not one of ${shapeText(shape)}; expected 0 to ${last}.`)
}

/** A linear op on one input does to the tangent what it does to the value. */
export const linear =
  (apply: (x: Float64Array, site: Site) => Float64Array): Op['dual'] =>
  ([x], site) => ({ value: apply((x as Dual).value, site), tangent: apply((x as Dual).tangent, site) })
