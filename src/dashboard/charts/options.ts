import type uPlot from 'uplot'
import { figureWith, grouped, shortest } from '../page/numbers.js'
import type { Palette } from '../page/palette.js'
import { clock } from './axis.js'
import type { LineStyle } from './legend.js'
import type { Range } from './range.js'

/** What a chart shows. */
export interface Picture {
  /** What the values are of; if it changes, the axis of the values begins anew. */
  readonly of: string
  /** The places on the x axis, rising, and then the values of each line. */
  readonly data: readonly [xs: readonly number[], ...lines: (readonly (number | null)[])[]]
  readonly lines: readonly LineStyle[]
  /** The index of the first point that is shown unless the user zooms. */
  readonly first: number
  /** The share of each line's values that may lie above the axis, and below it, unless the user zooms. */
  readonly apart: number
  /** The names of the values 0, 1, …, if the values are classes. */
  readonly names?: readonly string[]
  readonly marks: readonly { readonly x: number; readonly label: string }[]
  /** Writes a value in the legend. */
  readonly write: (value: number | undefined) => string
}

/** What a chart of uPlot asks for whenever it draws. */
export interface Scene {
  picture(): Picture
  x(): Range
  y(): Range
  zoomTo(range: Range | undefined): void
  /** Is called when the pointer has moved. */
  moved(): void
}

/** Returns the options of uPlot for charts that look as the page does. */
export const optionsOf = (scene: Scene, palette: Palette, byTime: boolean): Omit<uPlot.Options, 'width' | 'height'> => {
  const { lines, names } = scene.picture()
  const plain = { stroke: palette.muted, font: `11px ${palette.font}`, ticks: { show: false } }
  const write = byTime ? clock : grouped
  return {
    legend: { show: false },
    padding: [8, 26, 0, 0],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
      bind: {
        dblclick: () => () => {
          scene.zoomTo(undefined)
          return null
        },
      },
    },
    scales: { x: { time: byTime, range: () => [...scene.x()] }, y: { range: () => [...scene.y()] } },
    axes: [
      { ...plain, grid: { show: false }, space: 80, size: 24, values: (_, places) => places.map(write) },
      {
        ...{ ...plain, grid: { stroke: palette.line, width: 1 }, space: 34, size: names ? 84 : 48 },
        values: (_, places, __, ___, step) => places.map((place) => textAt(scene.picture().names, place, step)),
        ...(names && { splits: () => placesOf(scene.picture().names!) }),
      },
    ],
    series: [
      {},
      ...lines.map(({ color, width, dash, dots }) => ({
        ...{ stroke: color, width, ...(dash && { dash: [...dash] }) },
        // A single point makes no line, so it is drawn as a dot.
        points: { show: (u: uPlot) => u.data[0].length === 1 },
        ...(dots && { paths: () => null, points: { show: true, size: 3, fill: color, width: 0 } }),
      })),
    ],
    hooks: {
      draw: [(u) => drawMarks(u, scene, palette)],
      setCursor: [scene.moved],
      setSelect: [
        (u) => {
          const { left, width } = u.select
          if (width < 4) return
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          scene.zoomTo([u.posToVal(left, 'x'), u.posToVal(left + width, 'x')])
        },
      ],
    },
  }
}

const drawMarks = ({ ctx, bbox, valToPos }: uPlot, scene: Scene, { mark, font }: Palette): void => {
  const [from, to] = scene.x()
  const scale = devicePixelRatio
  ctx.save()
  ctx.strokeStyle = ctx.fillStyle = mark
  ctx.font = `${11 * scale}px ${font}`
  ctx.setLineDash([2 * scale, 3 * scale])
  // A label that would cover the one before is left out; its line stays.
  let free = Infinity
  for (const { x: place, label } of scene.picture().marks) {
    if (place < from || place > to) continue
    const left = Math.round(valToPos(place, 'x', true))
    ctx.beginPath()
    ctx.moveTo(left, bbox.top)
    ctx.lineTo(left, bbox.top + bbox.height)
    ctx.stroke()
    ctx.textAlign = left > bbox.left + bbox.width - 60 * scale ? 'right' : 'left'
    if (left < free) ctx.fillText(` ${label} `, left, bbox.top + 10 * scale)
    free = Math.min(free, left - 70 * scale)
  }
  ctx.restore()
}

/** Returns the text at a place of the y axis: a name, or a number with as many decimals as the step between two. */
const textAt = (names: readonly string[] | undefined, value: number, step: number): string => {
  if (names !== undefined) return names[value] ?? ''
  const decimals = (`${step}`.split('.')[1] ?? '').length
  return step < 1e-4 ? shortest(value) : figureWith(value, decimals)
}

/** Returns the places of the classes on the y axis that have their names written: at most a dozen, to be legible. */
const placesOf = (names: readonly string[]): number[] => {
  const every = Math.ceil(names.length / 12)
  return names.flatMap((_, i) => (i % every === 0 ? [i] : []))
}
