import type { Palette } from '../page/palette.js'
import type { Surface } from '../page/surface.js'
import type { View } from '../page/view.js'
import { arrow } from './arrow.js'
import type { Diagram } from './diagram.js'
import { drawVertex, VERTEX_HEIGHT, VERTEX_WIDTH } from './drawVertex.js'
import { flowsOf, mostOf } from './flows.js'
import { type Box, type Point, pointAt, routeOf } from './geometry.js'
import { type Hint, hintInDiagram } from './hints.js'
import { createLabels } from './labels.js'
import { layering } from './layering.js'

/** The least distance between the middles of two columns, and of two rows. */
const COLUMN = 152
const ROW = 84

/** How a circuit is drawn. */
export interface Drawing {
  /** The smallest size at which it can be read. */
  readonly width: number
  readonly height: number
  draw(surface: Surface, view: View, palette: Palette): void
  /** Returns what was drawn at a place. */
  hintAt(at: Point): Hint | undefined
}

/** Draws a circuit node by node: the values forward, the gradients backward, and both on every edge. */
export const createDiagramDrawing = (diagram: Diagram): Drawing => {
  const layers = layering(diagram)
  const labels = createLabels(diagram)
  let hintAt: Drawing['hintAt'] = () => undefined

  return {
    width: (layers.columns - 1) * COLUMN + VERTEX_WIDTH + 24,
    height: layers.rows * ROW,
    draw(surface, view, palette) {
      const { width, height } = surface
      if (width === 0) return
      const g = surface.begin()
      const left = VERTEX_WIDTH / 2 + 12
      const step = layers.columns > 1 ? (width - 2 * left) / (layers.columns - 1) : 0
      const at = ({ column, y }: { column: number; y: number }): Point => [left + column * step, 8 + y * (height - 16)]
      const boxes = layers.vertices.map((place): Box => {
        const [x, y] = at(place)
        return { x: x - VERTEX_WIDTH / 2, y: y - VERTEX_HEIGHT / 2, width: VERTEX_WIDTH, height: VERTEX_HEIGHT }
      })
      const routes = layers.wires.map((places) => routeOf(places.map(at), VERTEX_WIDTH / 2))
      const flows = flowsOf(diagram, view)
      const mostForward = mostOf(flows.map(({ forward }) => forward))
      const mostBackward = mostOf(flows.map(({ backward }) => backward))

      g.lineCap = 'round'
      flows.forEach(({ forward, backward }, i) => {
        const { kind } = diagram.vertices[diagram.wires[i].from]
        const unknown = kind === 'truth' ? palette.line : palette.muted
        drawDirection(g, routes[i], { value: forward, most: mostForward, back: false }, unknown, palette)
        if (backward) drawDirection(g, routes[i], { value: backward, most: mostBackward, back: true }, unknown, palette)
      })
      diagram.vertices.forEach((vertex, i) => {
        drawVertex(g, boxes[i], vertex, view, palette)
      })
      labels.draw(g, { routes, boxes, flows, width, height }, palette)
      hintAt = (place) => hintInDiagram(diagram, { boxes, routes, flows }, view, place)
    },
    hintAt: (at) => hintAt(at),
  }
}

interface Direction {
  readonly value: number | undefined
  readonly most: number
  readonly back: boolean
}

/**
 * Draws one direction of a wire, with its arrow: forward above, backward below. The colour shows the sign, and so do
 * dashes below 0.
 */
const drawDirection = (
  g: CanvasRenderingContext2D,
  route: readonly Point[],
  { value, most, back }: Direction,
  unknown: string,
  palette: Palette,
): void => {
  const offset = back ? 3 : -3
  const size = Math.min(1, Math.abs(value ?? 0) / most)
  g.strokeStyle = g.fillStyle = value === undefined ? unknown : value < 0 ? palette.minus : palette.plus
  g.globalAlpha = back ? 0.75 : 0.9
  g.lineWidth = value === undefined ? 1.5 : back ? 1 + 2.5 * size : 1.25 + 3.5 * size
  g.setLineDash(value !== undefined && value < 0 ? [7, 5] : [])
  g.beginPath()
  route.forEach(([x, y], i) => {
    if (i === 0) g.moveTo(x + (back ? 8 : 0), y + offset)
    else g.lineTo(i === route.length - 1 && !back ? x - 8 : x, y + offset)
  })
  g.stroke()
  g.setLineDash([])
  const [x, y] = pointAt(route, back ? 0 : 1)
  arrow(g, [x + (back ? 1 : -1), y + offset], back ? 8 : -8, 3 + g.lineWidth * 0.8)
  g.globalAlpha = 1
}
