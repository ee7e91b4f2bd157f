import type { Response } from './response.js'

/** The number of equal parts into which the path is cut at first. */
const PARTS = 16
/** How often a part is halved at most, and how many points are looked at in all. */
const HALVINGS = 20
const MOST = 4000
/** How far a part may be off, as a share of the numbers at its ends. */
const TOLERANCE = 1e-7

/** The integrated gradients of a response, a number for each of its columns. */
export interface Integral {
  /** f(0) and f(x). */
  readonly start: number
  readonly end: number
  readonly shares: Float64Array
}

/**
 * Integrates x_j ∂f(t·x)/∂x_j over t from 0 to 1 by the midpoint rule. A part of the path is halved until the sum over the
 * columns is the change of f along it, so that a bend of a net is found, and a straight part is taken whole.
 */
export const integrate = ({ columns, at }: Response): Integral => {
  const shares = new Float64Array(columns.length)
  const slopes = new Float64Array(columns.length)
  const [start, end] = [at(0, slopes), at(1, slopes)]
  let points = 0
  const add = (from: number, to: number, atFrom: number, atTo: number, halvings: number): void => {
    const middle = (from + to) / 2
    const atMiddle = at(middle, slopes)
    points++
    let sum = 0
    for (const slope of slopes) sum += slope
    const isOff =
      Math.abs((to - from) * sum - (atTo - atFrom)) > (TOLERANCE * (Math.abs(atFrom) + Math.abs(atTo))) / PARTS
    if (isOff && halvings < HALVINGS && points < MOST) {
      add(from, middle, atFrom, atMiddle, halvings + 1)
      add(middle, to, atMiddle, atTo, halvings + 1)
    } else for (let j = 0; j < shares.length; j++) shares[j] += (to - from) * slopes[j]
  }
  let before = start
  for (let i = 0; i < PARTS; i++) {
    const after = i === PARTS - 1 ? end : at((i + 1) / PARTS, slopes)
    add(i / PARTS, (i + 1) / PARTS, before, after, 0)
    before = after
  }
  return { start, end, shares }
}

/** Adds what is missing to a total to the shares, to each by its size, so that one of 0 stays 0. */
export const settle = (shares: Float64Array, total: number): void => {
  let [sum, sizes] = [0, 0]
  for (const share of shares) {
    sum += share
    sizes += Math.abs(share)
  }
  const missing = total - sum
  if (sizes > 0) for (let j = 0; j < shares.length; j++) shares[j] += missing * (Math.abs(shares[j]) / sizes)
}
