import type { View } from '../page/view.js'
import type { Box, Point } from './geometry.js'
import type { LayerColumn } from './net.js'
import { MOST_UNITS, type Unit } from './units.js'

/** A column in its place, with its numbers; it has none while there is no example. */
export interface PlacedColumn {
  readonly column: LayerColumn
  readonly units: readonly Unit[]
  readonly points: readonly Point[]
  readonly left: number
  readonly right: number
  readonly radius: number
  readonly gap: number
  readonly values: readonly number[]
  readonly gradients: readonly number[]
  /** ∂loss/∂net, which flows back along the edges. */
  readonly deltas: readonly number[]
}

export const numbersOf = (value: number | readonly number[] | undefined): readonly number[] =>
  value === undefined ? [] : typeof value === 'number' ? [value] : value

/** Places a column at x of a box, with its units one below the other, or in several stacks if there are many. */
export const placeColumn = (
  column: LayerColumn,
  units: readonly Unit[],
  x: number,
  box: Box,
  { inspection }: View,
): PlacedColumn => {
  const across = Math.ceil(units.length / MOST_UNITS)
  const down = Math.ceil(units.length / across)
  const gap = Math.min(48, box.height / down)
  const radius = Math.max(2, Math.min(across > 1 ? 5 : 13, gap * 0.36))
  const between = radius * 2 + 3
  const points = units.map((_, at): Point => {
    const y = box.y + box.height / 2 + ((at % down) - (down - 1) / 2) * gap
    return [box.x + x + (Math.floor(at / down) - (across - 1) / 2) * between, y]
  })
  const half = ((across - 1) * between) / 2 + radius
  return {
    ...{ column, units, points, radius, gap, left: box.x + x - half, right: box.x + x + half },
    values: numbersOf(inspection?.value(column.node)),
    gradients: numbersOf(inspection?.gradient(column.node)),
    deltas: numbersOf(inspection?.gradient(column.net)),
  }
}
