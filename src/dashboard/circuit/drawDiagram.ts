import { figure, signed } from '../numbers.js'
import { type Palette, tint } from '../palette.js'
import type { Surface } from '../surface.js'
import type { View } from '../view.js'
import type { Diagram, Vertex } from './diagram.js'
import { type Flow, flowsOf, scalarOf } from './flows.js'
import { type Box, labelPlaces, type Point, pointAt, routeOf } from './geometry.js'
import { type Layering, layering } from './layering.js'

const WIDE = 78
const HIGH = 56
/** Between one column's middle and the next. */
const COLUMN = 146
const ROW = 84

export interface DiagramDrawing {
  /** The least size at which it can be read. */
  readonly width: number
  readonly height: number
  draw(surface: Surface, view: View, palette: Palette): void
}

/** A circuit node by node: values forward, gradients backward, and both on every edge. */
export const createDiagramDrawing = (diagram: Diagram): DiagramDrawing => {
  const layers = layering(diagram)
  return {
    width: (layers.columns - 1) * COLUMN + WIDE + 24,
    height: layers.rows * ROW,
    draw(surface, view, palette) {
      if (surface.width === 0) return
      draw(surface, diagram, layers, view, palette)
    },
  }
}

const draw = (surface: Surface, diagram: Diagram, layers: Layering, view: View, palette: Palette): void => {
  const { width, height } = surface
  const g = surface.begin()
  const left = WIDE / 2 + 12
  const step = layers.columns > 1 ? (width - 2 * left) / (layers.columns - 1) : 0
  const at = ({ column, y }: { column: number; y: number }): Point => [left + column * step, 8 + y * (height - 16)]
  const boxes = layers.vertices.map((place): Box => {
    const [x, y] = at(place)
    return { x: x - WIDE / 2, y: y - HIGH / 2, width: WIDE, height: HIGH }
  })
  const flows = flowsOf(diagram, view)
  const routes = layers.wires.map((places) => routeOf(places.map(at), WIDE / 2))
  const most = (pick: (flow: Flow) => number | undefined): number =>
    Math.max(1e-12, ...flows.map((flow) => Math.abs(pick(flow) ?? 0)).filter(Number.isFinite))
  const [mostForward, mostBackward] = [most(({ forward }) => forward), most(({ backward }) => backward)]

  g.lineCap = 'round'
  flows.forEach(({ forward, backward }, i) => {
    const truth = diagram.vertices[diagram.wires[i]?.from ?? 0]?.kind === 'truth'
    drawWay(g, routes[i]!, -3, forward, mostForward, truth ? palette.line : palette.muted, palette)
    if (backward !== undefined && backward !== 0) drawWay(g, routes[i]!, 3, backward, mostBackward, '', palette, true)
  })
  diagram.vertices.forEach((vertex, i) => {
    drawVertex(g, boxes[i]!, vertex, view, palette)
  })

  g.font = `11px ${palette.font}`
  const texts = flows.map((flow, i) => wireText(flow, diagram.wires[i]?.weight))
  const sizes = texts.map((lines) => ({
    width: Math.max(0, ...lines.map(({ text, back }) => g.measureText(text).width + (back ? 10 : 0))) + 8,
    height: lines.length * 14 + 4,
  }))
  labelPlaces(routes, sizes, boxes).forEach((box, i) => {
    const lines = texts[i]!
    if (box === undefined || lines.length === 0) return
    g.fillStyle = palette.panel
    g.beginPath()
    g.roundRect(box.x, box.y, box.width, box.height, 4)
    g.fill()
    g.textAlign = 'center'
    g.textBaseline = 'middle'
    lines.forEach(({ text, value, back }, row) => {
      const [x, y] = [box.x + box.width / 2, box.y + 9 + row * 14]
      g.fillStyle = value === undefined ? palette.text : value < 0 ? palette.minus : palette.plus
      g.fillText(text, x + (back ? 5 : 0), y)
      // Drawn, not written: not every font has this arrow.
      if (back) arrow(g, [x - g.measureText(text).width / 2 - 5, y], 7, 3.5)
    })
  })
}

/** Above: what goes forward. Below, with its arrow to the left: what comes back. */
const wireText = (
  { forward, backward, gradient }: Flow,
  weight: string | undefined,
): { readonly text: string; readonly value?: number; readonly back?: boolean }[] => [
  ...(forward === undefined
    ? []
    : [{ text: weight === undefined ? `× ${figure(forward)}` : `${weight} = ${figure(forward)}` }]),
  ...(gradient === undefined ? [] : [{ text: `∂${weight} ${signed(gradient)}`, value: gradient }]),
  ...(backward === undefined ? [] : [{ text: signed(backward), value: backward, back: true }]),
]

/** One direction of a wire. Sign: colour, and dashes below 0. */
const drawWay = (
  g: CanvasRenderingContext2D,
  route: readonly Point[],
  offset: number,
  value: number | undefined,
  most: number,
  unknown: string,
  palette: Palette,
  back = false,
): void => {
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
  const wing = 3 + g.lineWidth * 0.8
  arrow(g, [x + (back ? 1 : -1), y + offset], back ? 8 : -8, wing)
  g.globalAlpha = 1
}

/** Its tip at a point; to the left, or to the right when it is less than 0 long. */
const arrow = (g: CanvasRenderingContext2D, [x, y]: Point, length: number, wing: number): void => {
  g.beginPath()
  g.moveTo(x, y)
  g.lineTo(x + length, y - wing)
  g.lineTo(x + length, y + wing)
  g.fill()
}

const drawVertex = (g: CanvasRenderingContext2D, box: Box, vertex: Vertex, view: View, palette: Palette): void => {
  const { x, y, width, height } = box
  const { inspection, labelled } = view
  const quiet = (vertex.kind === 'loss' || vertex.kind === 'truth') && !labelled
  const value = quiet ? undefined : inspection?.value(vertex.node)
  const gradient =
    quiet || vertex.kind === 'truth' || vertex.kind === 'loss' ? undefined : inspection?.gradient(vertex.node)
  const number = scalarOf(value)

  g.fillStyle = palette.panel
  g.beginPath()
  g.roundRect(x, y, width, height, vertex.kind === 'op' || vertex.kind === 'output' ? 14 : 5)
  g.fill()
  g.fillStyle = number === undefined ? palette.panel : tint(palette, Math.tanh(number), 0.28)
  g.fill()
  g.lineWidth = vertex.kind === 'output' || vertex.kind === 'loss' ? 2 : 1.25
  g.strokeStyle = vertex.kind === 'output' || vertex.kind === 'loss' ? palette.text : palette.muted
  if (quiet || vertex.kind === 'truth') g.setLineDash([3, 3])
  g.stroke()
  g.setLineDash([])

  const middle = x + width / 2
  g.textAlign = 'center'
  g.textBaseline = 'middle'
  g.fillStyle = palette.muted
  g.font = `600 11px ${palette.font}`
  const op = vertex.kind === 'op' || vertex.kind === 'output' ? ` ${symbols[vertex.op] ?? vertex.op}` : ''
  g.fillText(`${vertex.label}${vertex.label.startsWith(vertex.op) ? '' : op}`, middle, y + 12, width - 8)
  g.fillStyle = palette.text
  g.font = `600 14px ${palette.font}`
  g.fillText(
    value === undefined ? '–' : vertex.size > 1 ? `[${vertex.size}] ≤ ${figure(number)}` : figure(number),
    middle,
    y + 28,
    width - 8,
  )
  const back = scalarOf(gradient)
  if (back === undefined) return
  g.font = `11px ${palette.font}`
  g.fillStyle = back < 0 ? palette.minus : back > 0 ? palette.plus : palette.muted
  g.fillText(`∂ ${signed(back)}`, middle, y + 45, width - 8)
}

const symbols: Readonly<Record<string, string>> = {
  add: '+',
  sub: '−',
  mul: '×',
  div: '÷',
  net: 'Σ',
  sigmoid: 'σ',
  sum: 'Σ',
}
