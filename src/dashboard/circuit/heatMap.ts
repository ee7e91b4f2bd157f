import type { Floats } from '../../values.js'
import type { Palette } from '../page/palette.js'
import type { Box } from './geometry.js'

/** No side has more pixels than this: of each block of a larger matrix, the number farthest from 0 is shown. */
const MOST_PIXELS = 128

export interface HeatMap {
  /** Draws a matrix [rows, columns] with its rows downwards. */
  draw(g: CanvasRenderingContext2D, box: Box, matrix: Floats | readonly number[], rows: number, palette: Palette): void
}

export const createHeatMap = (): HeatMap => {
  const canvas = document.createElement('canvas')
  const own = canvas.getContext('2d') as CanvasRenderingContext2D

  return {
    draw(g, box, matrix, rows, palette) {
      const columns = matrix.length / rows
      const [height, width] = [Math.min(MOST_PIXELS, rows), Math.min(MOST_PIXELS, columns)]
      const cells = new Float64Array(width * height)
      let most = 1e-12
      for (let row = 0; row < rows; row += 1) {
        const y = Math.floor((row * height) / rows)
        for (let column = 0; column < columns; column += 1) {
          const value = matrix[row * columns + column]
          const at = y * width + Math.floor((column * width) / columns)
          if (Math.abs(value) > Math.abs(cells[at])) cells[at] = value
          if (Math.abs(value) > most) most = Math.abs(value)
        }
      }
      canvas.width = width
      canvas.height = height
      const image = own.createImageData(width, height)
      const [plus, minus] = [rgb(palette.plus), rgb(palette.minus)]
      cells.forEach((value, i) => {
        image.data.set(value < 0 ? minus : plus, i * 4)
        image.data[i * 4 + 3] = 255 * Math.sqrt(Math.abs(value) / most)
      })
      own.putImageData(image, 0, 0)
      g.imageSmoothingEnabled = false
      g.drawImage(canvas, box.x, box.y, box.width, box.height)
      g.strokeStyle = palette.line
      g.lineWidth = 1
      g.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1)
    },
  }
}

/** Returns the three numbers of a colour #rrggbb. */
const rgb = (color: string): readonly number[] => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
