export type Point = readonly [x: number, y: number]
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A smooth line through points from left to right, from the right side of the first to the left side of the last. */
export const routeOf = (through: readonly Point[], half: number): Point[] => {
  const ends = through.map(([x, y], i): Point => [x + (i === 0 ? half : i === through.length - 1 ? -half : 0), y])
  return ends.slice(1).flatMap(([x1, y1], i) => {
    const [x0, y0] = ends[i] as Point
    const pieces = 24
    return Array.from({ length: i === 0 ? pieces + 1 : pieces }, (_, piece): Point => {
      const t = (piece + (i === 0 ? 0 : 1)) / pieces
      return [x0 + (x1 - x0) * t, y0 + (y1 - y0) * t * t * (3 - 2 * t)]
    })
  })
}

export const pointAt = (route: readonly Point[], t: number): Point =>
  route[Math.round(t * (route.length - 1))] as Point

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** Where along its line a label is tried. */
const TRIES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73, 0.2, 0.8]

/** A place for each label on its own line, clear of what stands there and of the others; undefined where there is none. */
export const labelPlaces = (
  routes: readonly (readonly Point[])[],
  sizes: readonly { readonly width: number; readonly height: number }[],
  taken: readonly Box[],
): (Box | undefined)[] => {
  const occupied = [...taken]
  return routes.map((route, i) => {
    const { width, height } = sizes[i] as { width: number; height: number }
    const boxes = TRIES.map((t): Box => {
      const [x, y] = pointAt(route, t)
      return { x: x - width / 2, y: y - height / 2, width, height }
    })
    const free = boxes.find((box) => !occupied.some((other) => overlap(box, other)))
    if (free !== undefined) occupied.push(free)
    return free
  })
}
