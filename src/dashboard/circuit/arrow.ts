import type { Point } from './geometry.js'

/** Its tip at a point; it points to the left, or to the right when it is less than 0 long. */
export const arrow = (g: CanvasRenderingContext2D, [x, y]: Point, length: number, wing: number): void => {
  g.beginPath()
  g.moveTo(x, y)
  g.lineTo(x + length, y - wing)
  g.lineTo(x + length, y + wing)
  g.fill()
}
