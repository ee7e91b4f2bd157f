import uPlot from 'uplot'
import type { Palette } from '../page/palette.js'
import { type Axis, placeOf } from './axis.js'
import { createLegend } from './legend.js'
import { optionsOf, type Picture, type Scene } from './options.js'
import { type Range, rangeOf, steadyRange } from './range.js'

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
  const scene: Scene = { picture: () => shown!, x: () => x, y: () => y ?? [0, 1], zoomTo, moved: writeLegend }

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
        const options = { ...size, ...optionsOf(scene, palette, axis.byTime) }
        chart = new uPlot(options, picture.data as unknown as uPlot.AlignedData, host)
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
