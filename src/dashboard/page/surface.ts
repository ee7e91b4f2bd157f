/** A canvas with sharp pixels, as large as its place in the page. */
export interface Surface {
  readonly canvas: HTMLCanvasElement
  /** The size in CSS pixels; both are 0 until the page has been laid out. */
  readonly width: number
  readonly height: number
  /** Returns the context, cleared, and scaled so that one unit is one CSS pixel. */
  begin(): CanvasRenderingContext2D
}

/** Creates a surface. Its size comes from an observer, so that nothing is measured in the drawing loop. */
export const createSurface = (canvas: HTMLCanvasElement, resized: () => void): Surface => {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  let width = 0
  let height = 0
  new ResizeObserver(([entry]) => {
    const box = entry.contentRect
    width = box.width
    height = box.height
    resized()
  }).observe(canvas)

  return {
    canvas,
    get width() {
      return width
    },
    get height() {
      return height
    },
    begin() {
      const scale = Math.max(1, devicePixelRatio)
      const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
      if (canvas.width !== w || canvas.height !== h) {
        canvas.width = w
        canvas.height = h
      }
      context.setTransform(scale, 0, 0, scale, 0, 0)
      context.clearRect(0, 0, width, height)
      return context
    },
  }
}
