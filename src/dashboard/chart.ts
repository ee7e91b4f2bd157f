import { grouped, shortest } from './page/numbers.js'
import type { Palette } from './page/palette.js'
import type { Surface } from './page/surface.js'
import type { Series } from './series.js'

export interface LineStyle {
  readonly color: string
  readonly dash: readonly number[]
  readonly width: number
  /** Whether the area between its lowest and highest values is drawn instead of a line. */
  readonly band?: boolean
}

export interface Chart {
  draw(
    series: Series,
    lines: readonly LineStyle[],
    marks: readonly { step: number; label: string }[],
    palette: Palette,
  ): void
}

const LEFT = 46
const RIGHT = 10
const TOP = 8
const BOTTOM = 20

/** Creates a line chart over the steps, which always shows all points from the first to the last. */
export const createChart = (surface: Surface, waiting: string): Chart => {
  let range: readonly [number, number] | undefined

  return {
    draw(series, lines, marks, palette) {
      const { width, height } = surface
      if (width === 0) return
      const g = surface.begin()
      g.font = `11px ${palette.font}`
      const { length, x } = series
      const plot = { left: LEFT, right: width - RIGHT, top: TOP, bottom: height - BOTTOM }
      if (length === 0) {
        range = undefined
        g.fillStyle = palette.muted
        g.textAlign = 'center'
        g.fillText(waiting, width / 2, height / 2)
        return
      }
      range = steadyRange(range, rangeOf(series))
      const [from, to] = range
      const [first, last] = [x[0], x[length - 1]]
      const xAt = (step: number): number =>
        plot.left + (last > first ? (step - first) / (last - first) : 0.5) * (plot.right - plot.left)
      const yAt = (value: number): number => plot.bottom - ((value - from) / (to - from)) * (plot.bottom - plot.top)

      g.lineWidth = 1
      g.textBaseline = 'middle'
      g.textAlign = 'right'
      for (const tick of ticks(from, to, Math.max(2, Math.floor((plot.bottom - plot.top) / 38)))) {
        const y = Math.round(yAt(tick)) + 0.5
        g.strokeStyle = palette.line
        stroke(g, [plot.left, y, plot.right, y])
        g.fillStyle = palette.muted
        g.fillText(shortest(tick), plot.left - 7, y)
      }
      g.textBaseline = 'alphabetic'
      g.textAlign = 'left'
      if (last > first) {
        g.fillText(`step ${grouped(first)}`, plot.left, height - 5)
        g.textAlign = 'right'
        g.fillText(grouped(last), plot.right, height - 5)
      } else {
        g.textAlign = 'center'
        g.fillText(`step ${grouped(last)}`, xAt(last), height - 5)
      }

      g.save()
      g.beginPath()
      g.rect(plot.left, plot.top - 2, plot.right - plot.left + 1, plot.bottom - plot.top + 4)
      g.clip()
      for (const { step, label } of marks) {
        if (step < first || step > last) continue
        g.strokeStyle = g.fillStyle = palette.mark
        g.setLineDash([2, 3])
        stroke(g, [Math.round(xAt(step)) + 0.5, plot.top, Math.round(xAt(step)) + 0.5, plot.bottom])
        g.textAlign = xAt(step) > plot.right - 60 ? 'right' : 'left'
        g.fillText(` ${label} `, xAt(step), plot.top + 8)
      }
      g.setLineDash([])
      lines.forEach((line, i) => {
        drawLine(g, series, i, line, xAt, yAt)
      })
      g.restore()
    },
  }
}

const stroke = (g: CanvasRenderingContext2D, [x0, y0, x1, y1]: readonly [number, number, number, number]): void => {
  g.beginPath()
  g.moveTo(x0, y0)
  g.lineTo(x1, y1)
  g.stroke()
}

/** Draws one stroke for each column of pixels, so that thousands of points cost no more than the width of the chart. */
const drawLine = (
  g: CanvasRenderingContext2D,
  { length, lines, x, low, high }: Series,
  line: number,
  { color, dash, width, band }: LineStyle,
  xAt: (step: number) => number,
  yAt: (value: number) => number,
): void => {
  g.strokeStyle = g.fillStyle = color
  g.lineWidth = width
  g.lineJoin = 'round'
  g.setLineDash([...dash])
  g.beginPath()
  let open = false
  for (let i = 0; i < length; ) {
    const column = Math.round(xAt(x[i]))
    let [least, most, end] = [Infinity, -Infinity, Number.NaN]
    for (; i < length && Math.round(xAt(x[i])) === column; i += 1) {
      const at = i * lines + line
      if (Number.isNaN(low[at])) continue
      least = Math.min(least, low[at])
      most = Math.max(most, high[at])
      end = (low[at] + high[at]) / 2
    }
    if (Number.isNaN(end)) open = false
    else if (band) g.rect(column - 1, yAt(most) - 1, 2, yAt(least) - yAt(most) + 2)
    else if (!open) g.moveTo(column, yAt(end))
    else {
      // A column shows its full range of values, unless that would break up a dashed line.
      if (dash.length === 0 && most > least) {
        g.lineTo(column, yAt(most))
        g.lineTo(column, yAt(least))
      }
      g.lineTo(column, yAt(end))
    }
    if (!Number.isNaN(end)) open = true
  }
  // A single point makes no line, so it is drawn as a dot.
  if (length === 1 && open && !band) g.arc(xAt(x[0]), yAt(high[line]), 3, 0, 2 * Math.PI)
  if (band || length === 1) g.fill()
  else g.stroke()
  g.setLineDash([])
}

/**
 * Returns the range that holds each line's values in the later half, from the 5th to the 95th percentile: a wild
 * beginning would flatten all the rest. The newest values are always in it.
 */
const rangeOf = ({ length, lines, low, high }: Series): readonly [number, number] => {
  const seen = [...low.subarray((length - 1) * lines, length * lines)].filter(Number.isFinite)
  const half = length >> 1
  const every = Math.max(1, Math.ceil(half / 200))
  for (let line = 0; line < lines; line += 1) {
    const values: number[] = []
    for (let at = half * lines + line; at < length * lines; at += every * lines)
      if (Number.isFinite(low[at]) && Number.isFinite(high[at])) values.push(low[at], high[at])
    values.sort((a, b) => a - b)
    if (values.length > 0)
      seen.push(values[Math.floor(values.length * 0.05)], values[Math.floor(values.length * 0.95 - 0.5)])
  }
  if (seen.length === 0) return [0, 1]
  const [least, most] = [Math.min(...seen), Math.max(...seen)]
  const room = (most - least || Math.abs(most) || 1) * 0.12
  return [least >= 0 ? Math.max(0, least - room) : least - room, most + room]
}

/** Returns the next range. It grows at once, and shrinks only if it is much too large, so that the axis can be read. */
const steadyRange = (
  now: readonly [number, number] | undefined,
  [from, to]: readonly [number, number],
): readonly [number, number] => {
  if (now === undefined || to - from < (now[1] - now[0]) * 0.6) return [from, to]
  return [Math.min(now[0], from), Math.max(now[1], to)]
}

const ticks = (from: number, to: number, count: number): number[] => {
  const rough = (to - from) / count
  const unit = 10 ** Math.floor(Math.log10(rough))
  const size = [1, 2, 5, 10].map((n) => n * unit).find((n) => n >= rough) ?? rough
  const first = Math.ceil(from / size)
  return Array.from({ length: Math.max(0, Math.floor(to / size) - first + 1) }, (_, i) => {
    // 3 · 0.1 is 0.30000000000000004
    return Number(((first + i) * size).toPrecision(12))
  })
}
