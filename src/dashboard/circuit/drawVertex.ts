import { figure, signed } from '../page/numbers.js'
import { type Palette, tint } from '../page/palette.js'
import type { View } from '../page/view.js'
import type { Vertex } from './diagram.js'
import { scalarOf } from './flows.js'
import type { Box } from './geometry.js'

export const VERTEX_WIDTH = 80
export const VERTEX_HEIGHT = 56

const symbols: Readonly<Record<string, string>> = {
  ...{ add: '+', sub: '−', mul: '×', div: '÷', net: 'Σ', sum: 'Σ', sigmoid: 'σ' },
}

/** Draws a node with its name and op, its value and its gradient, tinted by the value. */
export const drawVertex = (
  g: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  vertex: Vertex,
  view: View,
  palette: Palette,
): void => {
  const { kind, node, label, op, size } = vertex
  const inner = kind === 'op' || kind === 'output'
  const outside = kind === 'loss' || kind === 'truth'
  const known = view.inspection !== undefined && (!outside || view.labelled)
  const value = known ? scalarOf(view.inspection?.value(node)) : undefined
  const gradient = known && !outside ? scalarOf(view.inspection?.gradient(node)) : undefined

  g.beginPath()
  g.roundRect(x, y, width, height, inner ? 14 : 5)
  g.fillStyle = palette.panel
  g.fill()
  g.fillStyle = tint(palette, Math.tanh(value ?? 0), 0.28)
  g.fill()
  const strong = kind === 'output' || kind === 'loss'
  g.lineWidth = strong ? 2 : 1.25
  g.strokeStyle = strong ? palette.text : palette.muted
  g.setLineDash(known && kind !== 'truth' ? [] : [3, 3])
  g.stroke()
  g.setLineDash([])

  const middle = x + width / 2
  g.textAlign = 'center'
  g.textBaseline = 'middle'
  g.font = `600 11px ${palette.font}`
  g.fillStyle = palette.muted
  // The name of an unnamed node already has its op.
  g.fillText(inner && !label.startsWith(op) ? `${label} ${symbols[op] ?? op}` : label, middle, y + 12, width - 8)
  g.font = `600 14px ${palette.font}`
  g.fillStyle = palette.text
  // For a tensor, the number farthest from 0 is shown.
  g.fillText(`${figure(value)}${size > 1 ? ` of ${size}` : ''}`, middle, y + 28, width - 8)
  if (gradient === undefined) return
  g.font = `11px ${palette.font}`
  g.fillStyle = gradient < 0 ? palette.minus : gradient > 0 ? palette.plus : palette.muted
  g.fillText(`grad ${signed(gradient)}`, middle, y + 45, width - 8)
}
