import uPlot from 'uplot'
import { figureWith, grouped, shortest } from '../page/numbers.js'
import type { Palette } from '../page/palette.js'
import { type Axis, clock, placeOf } from './axis.js'
import { createLegend, type LineStyle } from './legend.js'
import { type Range, rangeOf, steadyRange } from './range.js'

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

export interface Plot {
  draw(picture: Picture, palette: Palette): void
}

/**
 * Creates a line chart by uPlot in an element whose size the style sheet gives. Dragging zooms in, a double click zooms
 * out again, and the legend shows the values under the pointer.
 */
export const createPlot = (host: HTMLElement, key: HTMLElement, axis: Axis, changed: () => void): Plot => {
  let chart: uPlot | undefined
  let madeOf = ''
  let colors: Palette | undefined
  let shown: Picture | undefined
  let zoom: Range | undefined
  let x: Range = [0, 1]
  let y: Range | undefined
  let size = { width: 0, height: 0 }
  const zoomTo = (range: Range | undefined): void => {
    zoom = range
    y = undefined
    changed()
  }
  const legend = createLegend(key, changed, () => zoomTo(undefined))
  new ResizeObserver(([entry]) => {
    size = { width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) }
    changed()
  }).observe(host)

  const writeLegend = (): void => {
    if (shown === undefined) return
    const [xs, ...lines] = shown.data
    const at = chart?.cursor.idx ?? xs.length - 1
    const values = lines.map((line) => shown!.write(line[at] ?? undefined))
    const place = chart?.cursor.idx == null ? '' : `at ${placeOf(xs[at]!, axis.byTime)}`
    legend.write(values, place, zoom !== undefined)
  }
  const drawMarks = ({ ctx, bbox, valToPos }: uPlot): void => {
    const scale = devicePixelRatio
    ctx.save()
    ctx.strokeStyle = ctx.fillStyle = colors!.mark
    ctx.font = `${11 * scale}px ${colors!.font}`
    ctx.setLineDash([2 * scale, 3 * scale])
    // A label that would cover the one before is left out; its line stays.
    let free = Infinity
    for (const { x: place, label } of shown?.marks ?? []) {
      if (place < x[0] || place > x[1]) continue
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
  const make = (picture: Picture, palette: Palette): uPlot => {
    const plain = { stroke: palette.muted, font: `11px ${palette.font}`, ticks: { show: false } }
    const grid = { stroke: palette.line, width: 1 }
    const write = axis.byTime ? clock : grouped
    return new uPlot(
      {
        ...size,
        legend: { show: false },
        padding: [8, 12, 0, 0],
        cursor: {
          y: false,
          drag: { x: true, y: false, setScale: false },
          points: { size: 7 },
          bind: {
            dblclick: () => () => {
              zoomTo(undefined)
              return null
            },
          },
        },
        scales: {
          x: { time: axis.byTime, range: () => [...x] },
          y: { range: () => [...(y ?? [0, 1])] as [number, number] },
        },
        axes: [
          { ...plain, grid: { show: false }, space: 80, size: 24, values: (_, places) => places.map(write) },
          {
            ...{ ...plain, grid, space: 34, size: picture.names ? 84 : 48 },
            values: (_, places, __, ___, step) => places.map((value) => nameOf(shown?.names, value, step)),
            ...(picture.names && { splits: () => shown!.names!.map((_, i) => i) }),
          },
        ],
        series: [
          {},
          ...picture.lines.map(({ color, width, dash, dots }) => ({
            ...{ stroke: color, width, ...(dash && { dash: [...dash] }) },
            ...(dots && { paths: () => null, points: { show: true, size: 3, fill: color, width: 0 } }),
          })),
        ],
        hooks: {
          draw: [drawMarks],
          setCursor: [writeLegend],
          setSelect: [
            (u) => {
              const { left, width } = u.select
              if (width < 4) return
              u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
              zoomTo([u.posToVal(left, 'x'), u.posToVal(left + width, 'x')])
            },
          ],
        },
      },
      picture.data as unknown as uPlot.AlignedData,
      host,
    )
  }

  return {
    draw(picture, palette) {
      const [xs, ...lines] = picture.data
      host.toggleAttribute('data-empty', xs.length === 0)
      if (size.width === 0) return
      const madeFrom = JSON.stringify([axis.byTime, picture.lines, picture.names !== undefined])
      if (madeFrom !== madeOf) {
        // Places on another axis mean something else.
        zoom = y = undefined
        legend.setUp(picture.lines)
      }
      if (shown?.of !== picture.of) y = undefined
      shown = picture
      const first = xs[Math.min(picture.first, xs.length - 1)] ?? 0
      const last = xs.at(-1) ?? 1
      x = zoom ?? (last > first ? [first, last] : [first - 1, first + 1])
      const visible = lines
        .filter((_, i) => !legend.hidden.has(picture.lines[i]!.label))
        .map((line) => line.filter((_, i) => xs[i]! >= x[0] && xs[i]! <= x[1]))
      const { names } = picture
      y = names
        ? [-0.4, Math.max(1, names.length - 1) + 0.4]
        : steadyRange(y, rangeOf(visible, zoom ? 0 : picture.apart))
      if (madeFrom !== madeOf || palette !== colors) {
        madeOf = madeFrom
        colors = palette
        chart?.destroy()
        chart = make(picture, palette)
      }
      const drawn = chart!
      if (drawn.width !== size.width || drawn.height !== size.height) drawn.setSize(size)
      picture.lines.forEach(({ label }, i) => {
        const show = !legend.hidden.has(label)
        if (drawn.series[i + 1]!.show !== show) drawn.setSeries(i + 1, { show })
      })
      drawn.setData(picture.data as unknown as uPlot.AlignedData)
      writeLegend()
    },
  }
}

/** Returns the text at a place of the y axis: a name, or a number with as many decimals as the step between two. */
const nameOf = (names: readonly string[] | undefined, value: number, step: number): string => {
  if (names !== undefined) return names[value] ?? ''
  const decimals = (`${step}`.split('.')[1] ?? '').length
  return step < 1e-4 ? shortest(value) : figureWith(value, decimals)
}
