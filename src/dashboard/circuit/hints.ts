import { figure, signed } from '../page/numbers.js'
import type { View } from '../page/view.js'
import type { Diagram } from './diagram.js'
import { type Flow, scalarOf } from './flows.js'
import type { Box, Point } from './geometry.js'
import type { PlacedColumn } from './placedColumn.js'

/** What is at a place of the drawing, line by line: its name first, then its numbers. */
export type Hint = readonly string[]

/** An edge that is at most this far from the pointer is meant, in CSS pixels. */
const NEAR = 5

const numbers = (pairs: readonly (readonly [string, string | undefined])[]): string[] =>
  pairs.flatMap(([name, text]) => (text === undefined || text === '–' ? [] : [`${name} ${text}`]))

/** Returns what is at a place of a layered net: a unit, or else the nearest edge. */
export const hintInNet = (columns: readonly PlacedColumn[], view: View, at: Point): Hint | undefined => {
  for (const column of columns)
    for (const [i, { index }] of column.units.entries()) {
      if (distance(at, column.points[i]!) > column.radius + NEAR) continue
      const value = figure(column.values[index])
      return [
        nameOf(column, i),
        ...numbers([
          ['value', value],
          ['gradient', signed(column.gradients[index])],
        ]),
      ]
    }
  const found = nearest(
    columns.slice(1).flatMap((to, c) => {
      const from = columns[c]!
      if (at[0] < from.left || at[0] > to.right) return []
      return from.points.flatMap((start, a) =>
        to.points.map((end, b) => ({ away: distanceToLine(at, start, end), of: { from, to, a, b } })),
      )
    }),
  )
  if (found === undefined) return undefined
  const { from, to, a, b } = found
  const tensor = view.description.layout.find(({ name }) => name === to.column.weights)
  if (tensor === undefined) return undefined
  const target = to.units[b]!.index
  const weight = view.publication?.parameters[tensor.offset + from.units[a]!.index * to.column.size + target]
  const delta = to.deltas[target]
  const share = weight === undefined || delta === undefined ? undefined : weight * delta
  return [
    `${nameOf(from, a)} → ${nameOf(to, b)}`,
    ...numbers([
      ['weight', figure(weight)],
      ['share of the gradient', signed(share)],
    ]),
  ]
}

/** Returns what is at a place of a circuit that is drawn node by node: a node, or else the nearest edge. */
export const hintInDiagram = (
  { vertices, wires }: Diagram,
  { boxes, routes, flows }: { boxes: readonly Box[]; routes: readonly (readonly Point[])[]; flows: readonly Flow[] },
  view: View,
  at: Point,
): Hint | undefined => {
  const [x, y] = at
  const inside = boxes.findIndex((box) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height)
  if (inside >= 0) {
    const { kind, label, node, op } = vertices[inside]!
    const outside = kind === 'loss' || kind === 'truth'
    const [value, gradient] = [view.inspection?.value(node), view.inspection?.gradient(node)].map(scalarOf)
    const known = numbers([
      ['value', figure(value)],
      ['gradient', outside ? undefined : signed(gradient)],
    ])
    return [op === '' || label.startsWith(op) ? label : `${label}: ${op}`, ...known]
  }
  const away = routes.map((route, i) => ({ away: Math.min(...route.map((point) => distance(at, point))), of: i }))
  const i = nearest(away)
  if (i === undefined) return undefined
  const { from, to, weight } = wires[i]!
  const { forward, backward, gradient } = flows[i]!
  return [
    `${vertices[from]!.label} → ${vertices[to]!.label}`,
    ...numbers([
      [weight === undefined ? 'slope' : `weight ${weight}`, figure(forward)],
      ['gradient of the weight', signed(gradient)],
      ['share of the gradient', signed(backward)],
    ]),
  ]
}

const nameOf = ({ column, units }: PlacedColumn, i: number): string =>
  units[i]!.label || `unit ${units[i]!.index + 1} of ${column.size}${column.activation && `, ${column.activation}`}`

const nearest = <T>(all: readonly { readonly away: number; readonly of: T }[]): T | undefined => {
  let [best, least]: [T | undefined, number] = [undefined, NEAR]
  for (const { away, of } of all) if (away < least) [best, least] = [of, away]
  return best
}

const distance = ([x0, y0]: Point, [x1, y1]: Point): number => Math.hypot(x1 - x0, y1 - y0)

const distanceToLine = (at: Point, from: Point, to: Point): number => {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const t = ((at[0] - from[0]) * dx + (at[1] - from[1]) * dy) / (dx * dx + dy * dy || 1)
  const within = Math.max(0, Math.min(1, t))
  return distance(at, [from[0] + within * dx, from[1] + within * dy])
}
