import { figure, signed } from '../page/numbers.js'
import { type Palette, tint } from '../page/palette.js'
import type { View } from '../page/view.js'
import { mostOf, scalarOf } from './flows.js'
import type { PlacedColumn } from './placedColumn.js'
import { outputTexts } from './units.js'

/** Draws each unit: its colour shows its output, and the ring around it shows its gradient. */
export const drawUnits = (g: CanvasRenderingContext2D, placed: PlacedColumn, palette: Palette): void => {
  const { units, points, radius, values, gradients } = placed
  const [mostValue, mostGradient] = [Math.max(1, mostOf(values)), mostOf(gradients)]
  const ring = radius < 4 ? 1 : radius < 8 ? 1.5 : 2.5
  units.forEach(({ index }, i) => {
    const [x, y] = points[i]
    g.beginPath()
    g.arc(x, y, radius, 0, 7)
    g.fillStyle = palette.panel
    g.fill()
    g.fillStyle = tint(palette, (values[index] ?? 0) / mostValue, 0.9)
    g.fill()
    g.lineWidth = 1
    g.strokeStyle = palette.muted
    g.stroke()
    const gradient = gradients[index] ?? 0
    if (Math.abs(gradient) < mostGradient * 0.02) return
    g.beginPath()
    g.arc(x, y, radius + ring, 0, 7)
    g.lineWidth = ring
    g.setLineDash(gradient < 0 && radius > 4 ? [4, 3] : [])
    g.strokeStyle = tint(palette, Math.sign(gradient), 0.35 + (0.65 * Math.abs(gradient)) / mostGradient)
    g.stroke()
    g.setLineDash([])
  })
}

/** Writes above a column what it is. */
export const drawHead = (
  g: CanvasRenderingContext2D,
  { column, left, right }: PlacedColumn,
  given: string,
  palette: Palette,
): void => {
  g.font = `11px ${palette.font}`
  g.textAlign = 'center'
  g.fillStyle = palette.muted
  g.fillText(given === '' ? `${column.size} ${column.activation}` : given, (left + right) / 2, 10)
}

/** Writes the names and the encoded numbers to the left of the inputs. */
export const drawInputs = (
  g: CanvasRenderingContext2D,
  { units, points, left, values }: PlacedColumn,
  narrow: boolean,
  palette: Palette,
): void => {
  const end = left - 9 - (narrow ? 0 : 46)
  g.textAlign = 'right'
  units.forEach(({ index, label }, i) => {
    const [, y] = points[i]
    g.fillStyle = palette.text
    g.fillText(shortened(g, label, end), end, y)
    g.fillStyle = palette.muted
    // The sine of noon is computed as 1e−16, but a reader expects 0.
    const value = Math.abs(values[index] ?? 0) < 1e-9 ? 0 : values[index]
    if (!narrow && values.length > 0) g.fillText(figure(value), left - 9, y)
  })
}

/** Returns as much of a text as there is room for. */
const shortened = (g: CanvasRenderingContext2D, text: string, room: number): string => {
  if (g.measureText(text).width <= room) return text
  let length = text.length - 1
  while (length > 1 && g.measureText(`${text.slice(0, length)}…`).width > room) length -= 1
  return `${text.slice(0, length)}…`
}

/** Writes name, number and gradient to the right of each output, and the loss below them. */
export const drawOutputs = (
  g: CanvasRenderingContext2D,
  { units, points, right, gap, values, gradients }: PlacedColumn,
  width: number,
  view: View,
  palette: Palette,
): void => {
  const texts = outputTexts(view, values, units)
  const x = right + 9
  const room = width - x - 4
  const alone = units.length === 1 || gap >= 48
  g.textAlign = 'left'
  units.forEach(({ index, label }, i) => {
    const [, y] = points[i]
    const gradient = gradients[index]
    const below = gap >= 26 && gradient !== undefined
    const top = alone ? y - 15 : below ? y - 7 : y
    const text = values.length > 0 ? (texts[i] ?? '') : ''
    g.font = `600 12px ${palette.font}`
    g.fillStyle = palette.text
    const name = shortened(g, label, alone ? room : room - 42)
    g.fillText(name, x, top)
    const after = alone ? 0 : g.measureText(`${name} `).width + 2
    g.font = `12px ${palette.font}`
    g.fillText(text, x + after, alone ? y : top)
    if (!below || gradient === undefined) return
    g.font = `11px ${palette.font}`
    g.fillStyle = gradient < 0 ? palette.minus : gradient > 0 ? palette.plus : palette.muted
    g.fillText(`gradient ${signed(gradient)}`, x, alone ? y + 15 : y + 7, room)
  })
  if (!view.labelled || view.inspection === undefined) return
  const lowest = points[points.length - 1]?.[1] ?? 0
  g.font = `11px ${palette.font}`
  g.fillStyle = palette.muted
  g.fillText(`loss ${figure(scalarOf(view.inspection.value('loss')))}`, x, lowest + (alone ? 36 : 28))
}
