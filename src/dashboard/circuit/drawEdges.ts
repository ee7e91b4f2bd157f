import { type Palette, tint } from '../page/palette.js'
import type { View } from '../page/view.js'
import { mostOf } from './flows.js'
import type { PlacedColumn } from './placedColumn.js'
import { MOST_UNITS } from './units.js'

/** A layer with more edges than this is drawn as a heat map. */
const MOST_EDGES = 1024
/** The number of a layer's largest shares of the gradient that are drawn. */
const MOST_SHARES = 40
/** The largest number of edges with which a layer has stronger colours. */
const FEW_EDGES = 60

export const isDrawn = (from: PlacedColumn, to: PlacedColumn): boolean =>
  from.units.length <= MOST_UNITS && to.units.length <= MOST_UNITS && from.units.length * to.units.length <= MOST_EDGES

/**
 * Draws the edges between two columns: each weight as a line, which is wider for a larger weight, and the largest
 * shares wᵢⱼ·δⱼ of the gradient as lines with arrows. Values below 0 are dashed.
 */
export const drawEdges = (
  g: CanvasRenderingContext2D,
  from: PlacedColumn,
  to: PlacedColumn,
  view: View,
  palette: Palette,
): void => {
  const tensor = view.description.layout.find(({ name }) => name === to.column.weights)
  if (tensor === undefined || view.publication === undefined) return
  const { parameters } = view.publication
  const edges = from.units.flatMap((source, a) =>
    to.units.map((target, b) => {
      const weight = parameters[tensor.offset + source.index * to.column.size + target.index]
      return { a, b, weight, share: weight * (to.deltas[target.index] ?? 0) }
    }),
  )
  const mostWeight = mostOf(edges.map(({ weight }) => weight))
  const mostShare = mostOf(edges.map(({ share }) => share))

  /** Draws a line, and returns its ends. */
  const line = (a: number, b: number, below: number, value: number): readonly [number, number, number, number] => {
    const [[x0, y0], [x1, y1]] = [from.points[a], to.points[b]]
    const ends = [x0 + from.radius + 3, y0 + below, x1 - to.radius - 3, y1 + below] as const
    g.setLineDash(value < 0 ? [5, 4] : [])
    g.beginPath()
    g.moveTo(ends[0], ends[1])
    g.lineTo(ends[2], ends[3])
    g.stroke()
    return ends
  }
  const faint = edges.length <= FEW_EDGES ? 0.25 : 0.1
  for (const { a, b, weight } of edges) {
    const size = Math.abs(weight) / mostWeight
    if (size < 0.01) continue
    g.strokeStyle = tint(palette, Math.sign(weight), faint + 0.6 * size * size)
    g.lineWidth = 0.5 + 3 * size
    line(a, b, 0, weight)
  }
  const largest = edges.filter(({ share }) => Math.abs(share) > mostShare * 0.05)
  largest.sort((p, q) => Math.abs(q.share) - Math.abs(p.share))
  for (const { a, b, share } of largest.slice(0, MOST_SHARES)) {
    const size = Math.abs(share) / mostShare
    g.strokeStyle = tint(palette, Math.sign(share), 0.3 + 0.6 * size)
    g.lineWidth = 0.75 + 1.25 * size
    const [x0, y0, x1, y1] = line(a, b, 4, share)
    const angle = Math.atan2(y1 - y0, x1 - x0)
    const head = 5 + 3 * size
    // The head stands at three tenths of the line, because all lines meet at its ends.
    const [x, y] = [x0 + (x1 - x0) * 0.3, y0 + (y1 - y0) * 0.3]
    g.beginPath()
    g.moveTo(x, y)
    g.lineTo(x + head * Math.cos(angle + 0.42), y + head * Math.sin(angle + 0.42))
    g.lineTo(x + head * Math.cos(angle - 0.42), y + head * Math.sin(angle - 0.42))
    g.fillStyle = share < 0 ? palette.minus : palette.plus
    g.fill()
  }
  g.setLineDash([])
}
