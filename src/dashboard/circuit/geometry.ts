export type Point = readonly [x: number, y: number]
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Returns a smooth line through points, from the right side of the first box to the left side of the last. */
export const routeOf = (through: readonly Point[], half: number): Point[] => {
  const ends = through.map(([x, y], i): Point => [x + (i === 0 ? half : i === through.length - 1 ? -half : 0), y])
  return ends.slice(1).flatMap(([x1, y1], i) => {
    const [x0, y0] = ends[i]
    const pieces = 24
    return Array.from({ length: i === 0 ? pieces + 1 : pieces }, (_, piece): Point => {
      const t = (piece + (i === 0 ? 0 : 1)) / pieces
      return [x0 + (x1 - x0) * t, y0 + (y1 - y0) * t * t * (3 - 2 * t)]
    })
  })
}

export const pointAt = (route: readonly Point[], t: number): Point => route[Math.round(t * (route.length - 1))]

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** The places along its line where a label is tried, and how far above or below it, in heights of the label. */
const ALONG = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8]
const ASIDE = [0, -0.62, 0.62]

/**
 * Returns a place for each label at its own line. It overlaps no box and no other label, and covers as little of any
 * line as possible; it is undefined if there is no such place.
 */
export const labelPlaces = (
  routes: readonly (readonly Point[])[],
  sizes: readonly { readonly width: number; readonly height: number }[],
  taken: readonly Box[],
  within: { readonly width: number; readonly height: number },
): (Box | undefined)[] => {
  const occupied = [...taken]
  const points = routes.flat()
  return routes.map((route, i) => {
    const { width, height } = sizes[i] as { width: number; height: number }
    let best: Box | undefined
    let least = Infinity
    for (const along of ALONG)
      for (const aside of ASIDE) {
        const [x, y] = pointAt(route, along)
        const box = { x: x - width / 2, y: y - height / 2 + aside * height, width, height }
        if (box.y < 0 || box.y + height > within.height || box.x < 0 || box.x + width > within.width) continue
        if (occupied.some((other) => overlap(box, other))) continue
        const covered = points.reduce((count, [px, py]) => count + (inside(box, px, py) ? 1 : 0), 0)
        const cost = covered + 12 * Math.abs(along - 0.5)
        if (cost < least) [best, least] = [box, cost]
      }
    if (best !== undefined) occupied.push(best)
    return best
  })
}

const inside = ({ x, y, width, height }: Box, px: number, py: number): boolean =>
  px > x && px < x + width && py > y && py < y + height
