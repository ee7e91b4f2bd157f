import type { Point } from './geometry.js'

/** Draws an arrow with its tip at a point. It points to the left, or to the right if its length is below 0. */
export const arrow = (g: CanvasRenderingContext2D, [x, y]: Point, length: number, wing: number): void => {
  g.beginPath()
  g.moveTo(x, y)
  g.lineTo(x + length, y - wing)
  g.lineTo(x + length, y + wing)
  g.fill()
}
