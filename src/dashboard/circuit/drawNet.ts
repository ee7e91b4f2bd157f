import { figure, signed } from '../numbers.js'
import { type Palette, tint } from '../palette.js'
import type { Surface } from '../surface.js'
import type { View } from '../view.js'
import { scalarOf } from './flows.js'
import type { Box, Point } from './geometry.js'
import { createHeatMap } from './heatMap.js'
import type { Column } from './net.js'
import { MOST_UNITS, outputTexts, type Unit, unitsOf } from './units.js'

/** A layer of more edges than this is a heat map. */
const MOST_EDGES = 1024
/** So many of a layer's strongest ways back are drawn. */
const MOST_WAYS = 40

interface Standing {
  readonly column: Column
  readonly units: readonly Unit[]
  readonly points: readonly Point[]
  readonly radius: number
  readonly values: readonly number[]
  readonly gradients: readonly number[]
  /** ∂loss/∂net: what comes to the edges from the right. */
  readonly deltas: readonly number[]
}

export interface NetDrawing {
  readonly width: number
  readonly height: number
  draw(surface: Surface, view: View, palette: Palette): void
}

const TOP = 30
const BOTTOM = 12

/** A layered circuit, a layer a column: each unit's output inside, its gradient as a ring, the weights between. */
export const createNetDrawing = (columns: readonly Column[]): NetDrawing => {
  const weightMap = createHeatMap()
  const gradientMap = createHeatMap()

  const drawMaps = (g: CanvasRenderingContext2D, from: Standing, to: Standing, view: View, palette: Palette): void => {
    const name = to.column.weights as string
    const tensor = view.description.layout.find((each) => each.name === name)
    if (tensor === undefined || view.publication === undefined) return
    const W = view.publication.parameters.subarray(tensor.offset, tensor.offset + tensor.size)
    const right = (points: Standing): number => Math.max(...points.points.map(([x]) => x)) + points.radius
    const left = Math.min(...to.points.map(([x]) => x)) - to.radius
    const room = left - right(from) - 36
    const bottom = Math.max(...from.points.map(([, y]) => y), ...to.points.map(([, y]) => y))
    const size = Math.max(24, Math.min(room, (bottom - TOP) / 2 - 26))
    const x = right(from) + 18 + (room - size) / 2
    const middle = (TOP + bottom) / 2
    const maps = [
      [weightMap, W, name, middle - size - 8],
      [gradientMap, view.inspection?.gradient(name), `∂ ${name}`, middle + 22],
    ] as const
    for (const [map, matrix, title, y] of maps) {
      if (matrix === undefined || typeof matrix === 'number') continue
      map.draw(g, { x, y, width: size, height: size }, matrix, from.column.size, palette)
      g.fillStyle = palette.muted
      g.textAlign = 'center'
      g.fillText(title, x + size / 2, y - 8)
    }
  }

  return {
    width: 0,
    height: 0,
    draw(surface, view, palette) {
      const { width, height } = surface
      if (width === 0) return
      const g = surface.begin()
      g.font = `11px ${palette.font}`
      g.textBaseline = 'middle'
      const narrow = width < 520
      const box: Box = {
        x: narrow ? 92 : 150,
        y: TOP,
        width: width - (narrow ? 172 : 290),
        height: height - TOP - BOTTOM,
      }
      const standings = columns.map((column, i) =>
        stand(column, unitsOf(view, columns, i), i, columns.length, box, view),
      )
      const [first, last] = [standings[0] as Standing, standings[standings.length - 1] as Standing]

      standings.slice(1).forEach((to, i) => {
        const from = standings[i] as Standing
        const many = from.units.length > MOST_UNITS || to.units.length > MOST_UNITS
        if (many || from.units.length * to.units.length > MOST_EDGES) drawMaps(g, from, to, view, palette)
        else drawEdges(g, from, to, view, palette)
      })
      for (const standing of standings) drawUnits(g, standing, palette)

      g.font = `11px ${palette.font}`
      g.textAlign = 'center'
      standings.forEach(({ column, points, radius }, i) => {
        const xs = points.map(([x]) => x)
        g.fillStyle = palette.muted
        const what = i === 0 ? 'inputs' : i === standings.length - 1 ? 'output' : `${column.size} ${column.activation}`
        g.fillText(
          what,
          (Math.min(...xs) + Math.max(...xs)) / 2,
          Math.min(TOP - 16, ...points.map(([, y]) => y - radius - 14)),
        )
      })
      if (first.units.length <= MOST_UNITS) drawInputs(g, first, palette)
      if (last.units.length <= MOST_UNITS) drawOutputs(g, last, view, palette)
    },
  }
}

const stand = (column: Column, units: readonly Unit[], i: number, of: number, box: Box, view: View): Standing => {
  const { inspection } = view
  const list = (value: number | readonly number[] | undefined): readonly number[] =>
    value === undefined ? [] : typeof value === 'number' ? [value] : value
  const x = box.x + (of > 1 ? (i * box.width) / (of - 1) : 0)
  const across = Math.ceil(units.length / MOST_UNITS)
  const down = Math.ceil(units.length / across)
  const gap = Math.min(40, box.height / down)
  const radius = Math.max(2, Math.min(across > 1 ? 5 : 13, gap * 0.38))
  const points = units.map((_, at): Point => {
    const y = box.y + box.height / 2 + ((at % down) - (down - 1) / 2) * gap
    return [x + (Math.floor(at / down) - (across - 1) / 2) * (radius * 2 + 2), y]
  })
  return {
    ...{ column, units, points, radius },
    values: list(inspection?.value(column.node)),
    gradients: list(inspection?.gradient(column.node)),
    deltas: list(inspection?.gradient(column.net)),
  }
}

const mostOf = (numbers: Iterable<number>): number => {
  let most = 1e-12
  for (const x of numbers) if (Math.abs(x) > most && Number.isFinite(x)) most = Math.abs(x)
  return most
}

/** Forward: a line as wide as its weight. Back: the strongest shares wᵢⱼ·δⱼ, arrows to the left. Dashes: below 0. */
const drawEdges = (g: CanvasRenderingContext2D, from: Standing, to: Standing, view: View, palette: Palette): void => {
  const tensor = view.description.layout.find(({ name }) => name === to.column.weights)
  if (tensor === undefined || view.publication === undefined) return
  const { parameters } = view.publication
  const edges = from.units.flatMap((source, a) =>
    to.units.map((target, b) => {
      const weight = parameters[tensor.offset + source.index * to.column.size + target.index] as number
      return { a, b, weight, share: weight * (to.deltas[target.index] ?? 0) }
    }),
  )
  const [mostWeight, mostShare] = [mostOf(edges.map(({ weight }) => weight)), mostOf(edges.map(({ share }) => share))]
  const few = edges.length <= 160
  for (const { a, b, weight } of edges) {
    const size = Math.abs(weight) / mostWeight
    if (size < 0.01) continue
    line(
      g,
      from,
      a,
      to,
      b,
      0,
      tint(palette, weight, (few ? 0.25 : 0.12) + (few ? 0.6 : 0.55) * size),
      0.5 + 3 * size,
      weight < 0,
    )
    g.stroke()
  }
  const ways = edges.filter(({ share }) => Math.abs(share) > mostShare * 0.05)
  ways.sort((p, q) => Math.abs(q.share) - Math.abs(p.share))
  for (const { a, b, share } of ways.slice(0, MOST_WAYS)) {
    const size = Math.abs(share) / mostShare
    const [x0, y0, x1, y1] = line(
      g,
      from,
      a,
      to,
      b,
      4,
      tint(palette, share, 0.45 + 0.5 * size),
      0.75 + 1.25 * size,
      share < 0,
    )
    const angle = Math.atan2(y1 - y0, x1 - x0)
    const head = 5 + 3 * size
    // The head stands on the line, a third of the way, where lines do not meet yet.
    const [x, y] = [x0 + (x1 - x0) * 0.3, y0 + (y1 - y0) * 0.3]
    g.stroke()
    g.beginPath()
    g.moveTo(x, y)
    g.lineTo(x + head * Math.cos(angle + 0.42), y + head * Math.sin(angle + 0.42))
    g.lineTo(x + head * Math.cos(angle - 0.42), y + head * Math.sin(angle - 0.42))
    g.fillStyle = share < 0 ? palette.minus : palette.plus
    g.fill()
  }
  g.setLineDash([])
}

const line = (
  g: CanvasRenderingContext2D,
  from: Standing,
  a: number,
  to: Standing,
  b: number,
  below: number,
  color: string,
  width: number,
  dashed: boolean,
): readonly [number, number, number, number] => {
  const [[x0, y0], [x1, y1]] = [from.points[a]!, to.points[b]!]
  const ends = [x0 + from.radius + 3, y0 + below, x1 - to.radius - 3, y1 + below] as const
  g.setLineDash(dashed ? [5, 4] : [])
  g.strokeStyle = color
  g.lineWidth = width
  g.beginPath()
  g.moveTo(ends[0], ends[1])
  g.lineTo(ends[2], ends[3])
  return ends
}

const drawUnits = (g: CanvasRenderingContext2D, standing: Standing, palette: Palette): void => {
  const { units, points, radius, values, gradients } = standing
  const [mostValue, mostGradient] = [Math.max(1, mostOf(values)), mostOf(gradients)]
  units.forEach(({ index }, i) => {
    const [x, y] = points[i] as Point
    g.beginPath()
    g.arc(x, y, radius, 0, 7)
    g.fillStyle = palette.panel
    g.fill()
    g.fillStyle = tint(palette, (values[index] ?? 0) / mostValue, 0.9)
    g.fill()
    const gradient = gradients[index] ?? 0
    const ring = radius < 4 ? 1 : 2.5
    g.lineWidth = 1
    g.strokeStyle = palette.muted
    g.stroke()
    if (Math.abs(gradient) < mostGradient * 0.02) return
    g.beginPath()
    g.arc(x, y, radius + ring, 0, 7)
    g.lineWidth = ring
    g.setLineDash(gradient < 0 && radius >= 4 ? [4, 3] : [])
    g.strokeStyle = tint(palette, gradient < 0 ? -1 : 1, 0.35 + (0.65 * Math.abs(gradient)) / mostGradient)
    g.stroke()
    g.setLineDash([])
  })
}

/** Names and encoded numbers, left of the inputs. */
const drawInputs = (
  g: CanvasRenderingContext2D,
  { units, points, radius, values }: Standing,
  palette: Palette,
): void => {
  const room = (points[0]?.[0] ?? 0) - radius - 14
  units.forEach(({ index, label }, i) => {
    const [x, y] = points[i] as Point
    g.textAlign = 'right'
    g.fillStyle = palette.text
    g.fillText(label, x - radius - 54, y, room - 44)
    g.fillStyle = palette.muted
    g.fillText(figure(values[index]), x - radius - 9, y)
  })
}

/** Name, number, gradient, right of the outputs; below them the loss that they led to. */
const drawOutputs = (g: CanvasRenderingContext2D, last: Standing, view: View, palette: Palette): void => {
  const { units, points, radius, values, gradients } = last
  const texts = outputTexts(view, values, units)
  const tight = units.length > 8
  g.textAlign = 'left'
  units.forEach(({ index, label }, i) => {
    const [px, y] = points[i] as Point
    const x = px + radius + 10
    g.font = `600 12px ${palette.font}`
    g.fillStyle = palette.text
    g.fillText(label, x, tight ? y : y - 14, 100)
    g.font = `12px ${palette.font}`
    if (values.length > 0) g.fillText(texts[i] ?? '', tight ? x + 64 : x, tight ? y : y + 1, 100)
    const gradient = gradients[index]
    if (gradient === undefined || tight) return
    g.fillStyle = gradient < 0 ? palette.minus : gradient > 0 ? palette.plus : palette.muted
    g.font = `11px ${palette.font}`
    g.fillText(`∂ ${signed(gradient)}`, x, y + 16)
  })
  if (!view.labelled || view.inspection === undefined) return
  const [x = 0, y = 0] = points[points.length - 1] ?? []
  g.font = `11px ${palette.font}`
  g.fillStyle = palette.muted
  g.fillText(`loss ${figure(scalarOf(view.inspection.value('loss')))}`, x + radius + 10, y + (tight ? 20 : 38))
}
