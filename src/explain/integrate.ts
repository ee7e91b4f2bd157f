import type { Response } from './response.js'

/** The number of equal parts into which the path is cut at first. */
const PARTS = 8
/** How often a part is halved at most, and how many parts are looked at in all. */
const HALVINGS = 24
const MOST = 2000
/**
 * How far f may be off in a part, as a share of what all columns do along the path; and how far the columns may differ
 * between the part's middle and the mean of its ends, from which the rule that weighs both is far more exact.
 */
const TOLERANCE = 1e-7
const LIKE = 3e-4

/** The integrated gradients of a response, a number for each of its columns. */
export interface Integral {
  /** f(0) and f(x). */
  readonly start: number
  readonly end: number
  readonly shares: Float64Array
  /** How much each column can do anywhere along the path. */
  readonly reach: Float64Array
}

/** A point of the path: f, x_j ∂f/∂x_j for each column, and their sum. */
interface Point {
  readonly t: number
  readonly f: number
  readonly slopes: Float64Array
  readonly slope: number
}

/**
 * Integrates x_j ∂f(t·x)/∂x_j over t from 0 to 1. A part of the path counts by Simpson's rule where that explains the
 * change of f along it, and the columns are alike throughout. Else it counts by its two ends up to where their tangents
 * meet, if f bends there, as nets of `relu` do. Else it is halved.
 */
export const integrate = ({ columns, at }: Response): Integral => {
  const shares = new Float64Array(columns.length)
  const reach = new Float64Array(columns.length)
  const pointAt = (t: number): Point => {
    const slopes = new Float64Array(columns.length)
    const f = at(t, slopes)
    slopes.forEach((slope, j) => {
      reach[j] = Math.max(reach[j], Math.abs(slope))
    })
    return { t, f, slopes, slope: slopes.reduce((sum, slope) => sum + slope, 0) }
  }
  const count = ({ slopes }: Point, length: number): void => {
    for (let j = 0; j < shares.length; j++) shares[j] += length * slopes[j]
  }
  const points = Array.from({ length: PARTS + 1 }, (_, i) => pointAt(i / PARTS))
  const size = points.reduce((sum, { slopes }) => sum + sizeOf(slopes), 0) / (PARTS + 1)
  const most = (TOLERANCE * size) / PARTS

  let parts = 0
  const add = (from: Point, to: Point, halvings: number): void => {
    const [length, change] = [to.t - from.t, to.f - from.f]
    const middle = pointAt((from.t + to.t) / 2)
    const isLast = halvings === HALVINGS || parts >= MOST
    parts++
    const whole = (length / 6) * (from.slope + 4 * middle.slope + to.slope)
    if (isLast || !(Math.abs(whole - change) > most || unlike(from, middle, to) > LIKE * size)) {
      count(from, length / 6)
      count(middle, (4 * length) / 6)
      count(to, length / 6)
      return
    }
    const bend = (change + from.slope * from.t - to.slope * to.t) / (from.slope - to.slope)
    if (bend > from.t && bend < to.t) {
      const { f } = pointAt(bend)
      if (Math.abs(f - from.f - from.slope * (bend - from.t)) <= most) {
        count(from, bend - from.t)
        count(to, to.t - bend)
        return
      }
    }
    add(from, middle, halvings + 1)
    add(middle, to, halvings + 1)
  }
  for (let i = 0; i < PARTS; i++) add(points[i], points[i + 1], 0)
  return { start: points[0].f, end: points[PARTS].f, shares, reach }
}

/** How much the columns differ between the middle of a part and the mean of its ends. */
const unlike = (from: Point, middle: Point, to: Point): number =>
  middle.slopes.reduce((sum, slope, j) => sum + Math.abs((from.slopes[j] + to.slopes[j]) / 2 - slope), 0)

const sizeOf = (numbers: Float64Array): number => numbers.reduce((sum, x) => sum + Math.abs(x), 0)

/**
 * Adds what is missing to a total to the shares, to each by its size, so that one of 0 stays 0. If all are 0, as where f
 * jumps between two points, it goes by reach.
 */
export const settle = (shares: Float64Array, reach: Float64Array, total: number): void => {
  const missing = total - shares.reduce((sum, share) => sum + share, 0)
  const by = (sizeOf(shares) > 0 ? shares : reach).map(Math.abs)
  const whole = sizeOf(by)
  if (whole > 0 && missing !== 0) for (let j = 0; j < shares.length; j++) shares[j] += missing * (by[j] / whole)
}
