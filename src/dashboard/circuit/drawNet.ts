import type { Palette } from '../page/palette.js'
import type { Surface } from '../page/surface.js'
import type { View } from '../page/view.js'
import type { Drawing } from './drawDiagram.js'
import { drawEdges, isDrawn } from './drawEdges.js'
import { drawHead, drawInputs, drawOutputs, drawUnits } from './drawUnits.js'
import { createHeatMap } from './heatMap.js'
import { hintInNet } from './hints.js'
import type { LayerColumn } from './net.js'
import { type PlacedColumn, placeColumn } from './placedColumn.js'
import { MOST_UNITS, unitsOf } from './units.js'

const TOP = 34
const BOTTOM = 14

/**
 * Draws a layered circuit, with a column for each layer: each unit with its output inside and its gradient as a ring,
 * and the weights in between.
 */
export const createNetDrawing = (columns: readonly LayerColumn[]): Drawing => {
  const weightMap = createHeatMap()
  const gradientMap = createHeatMap()
  let hintAt: Drawing['hintAt'] = () => undefined

  const drawMaps = (
    g: CanvasRenderingContext2D,
    [from, to]: readonly [PlacedColumn, PlacedColumn],
    { height }: Surface,
    view: View,
    palette: Palette,
  ): void => {
    const name = to.column.weights as string
    const tensor = view.description.layout.find((each) => each.name === name)
    if (tensor === undefined || view.publication === undefined) return
    const W = view.publication.parameters.subarray(tensor.offset, tensor.offset + tensor.size)
    const room = to.left - from.right
    const width = Math.max(16, Math.min(220, room - 24))
    const half = (height - TOP - BOTTOM) / 2
    const x = from.right + (room - width) / 2
    const maps = [
      [weightMap, W, name, TOP + 16],
      [gradientMap, view.inspection?.gradient(name), `gradient of ${name}`, TOP + half + 16],
    ] as const
    for (const [map, matrix, title, y] of maps) {
      if (matrix === undefined || typeof matrix === 'number') continue
      map.draw(g, { x, y, width, height: half - 22 }, matrix, from.column.size, palette)
      g.fillStyle = palette.muted
      g.textAlign = 'center'
      g.fillText(width < 150 ? title.replace(/ of .*/, '').replace(/\w+\./, '') : title, x + width / 2, y - 9)
    }
  }

  return {
    width: 0,
    height: 0,
    draw(surface, view, palette) {
      const { width, height } = surface
      if (width === 0) return
      const g = surface.begin()
      g.textBaseline = 'middle'
      const narrow = width < 520
      const units = columns.map((_, i) => unitsOf(view, columns, i))
      const grid = (units[0]?.length ?? 0) > MOST_UNITS
      const left = grid ? 24 : narrow ? 104 : 150
      const box = { x: left, y: TOP, width: width - left - (narrow ? 98 : 116), height: height - TOP - BOTTOM }
      const placedColumns = columns.map((column, i) =>
        placeColumn(column, units[i], (i * box.width) / (columns.length - 1), box, view),
      )

      g.font = `11px ${palette.font}`
      placedColumns.slice(1).forEach((to, i) => {
        const from = placedColumns[i]
        if (isDrawn(from, to)) drawEdges(g, from, to, view, palette)
        else drawMaps(g, [from, to], surface, view, palette)
      })
      placedColumns.forEach((placed, i) => {
        drawUnits(g, placed, palette)
        drawHead(g, placed, i === 0 ? 'inputs' : i === placedColumns.length - 1 ? 'output' : '', palette)
      })
      const [first, last] = [placedColumns[0], placedColumns[placedColumns.length - 1]]
      if (first.units.length <= MOST_UNITS) drawInputs(g, first, narrow, palette)
      if (last.units.length <= MOST_UNITS) drawOutputs(g, last, width, view, palette)
      hintAt = (at) => hintInNet(placedColumns, view, at)
    },
    hintAt: (at) => hintAt(at),
  }
}
