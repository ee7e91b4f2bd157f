// Rules for linear models, written a second time from the formulas of their papers, in plain loops and plain Math; the
// last x of each row is the bias's 1.

export interface LinearRow {
  readonly x: readonly number[]
  /** A number, or for a hinge or logistic loss 1 or −1. */
  readonly y: number
  readonly weight: number
}
export type LinearLoss = 'squared' | 'logistic' | 'hinge' | 'absolute' | 'tube'

const dot = (w: readonly number[], x: readonly number[]): number => w.reduce((sum, wi, i) => sum + wi * x[i]!, 0)

/** Crammer et al. (2006), PA-I, for classes by the hinge, and for numbers by the error beyond ε, which may be 0. */
export const passiveAggressive = (
  rows: readonly LinearRow[],
  C: number,
  loss: LinearLoss,
  beyond: number,
): number[] => {
  const ε = loss === 'tube' ? beyond : 0
  const w = rows[0]!.x.map(() => 0)
  for (const { x, y, weight } of rows) {
    const p = dot(w, x)
    const l = loss === 'hinge' ? Math.max(0, 1 - y * p) : Math.max(0, Math.abs(y - p) - ε)
    const τ = Math.min(C * weight, l / dot(x, x))
    for (const i of w.keys()) w[i]! += τ * (loss === 'hinge' ? y : Math.sign(y - p)) * x[i]!
  }
  return w
}

/** The solution z of z + e^z = x, by halving. */
const root = (x: number): number => {
  let [low, high] = [Math.min(x - 1, -1) - Math.exp(Math.min(x, 0)), Math.max(x, 1)]
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (middle + Math.exp(middle) < x) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** How far a unit of the step carries one output: Karampatziakis and Langford (2011), table 1. */
const invariantStep = (loss: LinearLoss, p: number, y: number, rate: number, perUnit: number): number => {
  if (loss === 'squared') return ((y - p) * (1 - Math.exp(-2 * rate * perUnit))) / perUnit
  if (loss === 'hinge') return y * Math.min(rate, (1 - y * p) / perUnit)
  return (y * root(rate * perUnit + y * p + Math.exp(y * p)) - p) / perUnit
}

export interface VwSettings {
  readonly loss: LinearLoss
  readonly rateOf: (i: number) => number
  readonly start: readonly number[]
  /** Is told the relative rounding error of the slope r = p − 1, which has only the bits of p. */
  readonly onRounding?: (error: number) => void
}

/** A window as one row: the numbers of its x, and how far its step carries the output's −sign(r), as a share of η·w·|r|. */
interface Pseudo {
  readonly x: readonly number[]
  readonly weight: number
  readonly slope: number
  step(rate: number, perUnit: number): number
}

/** What Vowpal Wabbit does by default with rows, and what is done with a window of several rows; returns θ. */
export const vw = (
  windows: readonly (readonly LinearRow[])[],
  { loss, rateOf, start, onRounding }: VwSettings,
): number[] => {
  const w = [...start]
  const [G, s] = [w.map(() => 0), w.map(() => 0)] as [number[], number[]]
  let [N, T, least, most] = [0, 0, 0, 0]
  const slopeOf = (p: number, y: number): number =>
    loss === 'squared' ? p - y : loss === 'hinge' ? (y * p < 1 ? -y : 0) : -y / (1 + Math.exp(y * p))
  const lossOf = (p: number, y: number): number =>
    loss === 'squared' ? (p - y) ** 2 : loss === 'hinge' ? Math.max(0, 1 - y * p) : Math.log1p(Math.exp(-y * p))

  const single = ({ x, y, weight }: LinearRow): Pseudo | undefined => {
    least = Math.min(least, y)
    most = Math.max(most, y)
    const o = dot(w, x)
    const p = loss === 'logistic' ? o : Math.min(most, Math.max(least, o))
    // At the bend of the hinge, rounding alone decides whether there is a slope, and so a step.
    if (loss === 'hinge' && Math.abs(1 - y * p) < 1e-9) onRounding?.(Infinity)
    // Where a probability rounds to 1, the gradient is 0 in f64, and the row cannot be told from one without a loss.
    const isCertain = loss === 'logistic' && y === 1 && 1 / (1 + Math.exp(-p)) === 1
    if (lossOf(p, y) === 0 || weight === 0 || isCertain) return undefined
    const slope = Math.abs(slopeOf(p, y)) * (loss === 'squared' ? 2 : 1)
    // The sign of the slope goes with x, so that θ moves against it.
    const sign = Math.sign(slopeOf(p, y))
    return {
      ...{ x: x.map((xi) => sign * xi), weight, slope },
      step: (rate, perUnit) => Math.abs(invariantStep(loss, p, y, rate * weight, perUnit)),
    }
  }
  const several = (rows: readonly LinearRow[]): Pseudo | undefined => {
    const mean = (of: (row: LinearRow) => number): number =>
      rows.reduce((sum, row) => sum + row.weight * of(row), 0) / rows.length
    const r = ({ x, y }: LinearRow): number => slopeOf(dot(w, x), y)
    const ρ = Math.sqrt(mean((row) => r(row) ** 2))
    if (ρ === 0) return undefined
    const slope = loss === 'squared' ? 2 * ρ : ρ
    const meanLoss = mean(({ x, y }) => lossOf(dot(w, x), y))
    return {
      ...{ x: w.map((_, i) => mean((row) => r(row) * row.x[i]!) / ρ), weight: 1, slope },
      step(rate, perUnit) {
        const c = rate * perUnit
        if (loss === 'squared') return (slope * (1 - Math.exp(-2 * c))) / (2 * perUnit)
        return loss === 'hinge'
          ? slope * Math.min(rate, meanLoss / perUnit)
          : (slope * (1 - Math.exp(-c / 2))) / (perUnit / 2)
      },
    }
  }
  for (const window of windows) {
    for (const { x, y } of window)
      if (loss === 'logistic' && y === 1) onRounding?.(2 ** -53 * (1 + Math.exp(dot(w, x))))
    const given = window.length === 1 ? single(window[0]!) : several(window)
    // A slope that is as good as none would be the unit of a step without end.
    if (!given || given.weight * given.slope < 1e-30) continue
    const { x, weight, slope } = given
    T += weight
    for (const [i, xi] of x.entries()) {
      if (xi === 0) continue
      G[i]! += weight * slope ** 2 * xi ** 2
      if (Math.abs(xi) > s[i]!) {
        if (s[i]! > 0 && rateOf(i) > 0) w[i]! *= s[i]! / Math.abs(xi)
        s[i] = Math.abs(xi)
      }
      N += weight * (xi / s[i]!) ** 2
    }
    const unit = x.map((xi, i) => (xi === 0 ? 0 : (Math.sqrt(T / N) * xi) / (Math.sqrt(G[i]!) * s[i]!)))
    const rate = Math.max(...x.map((_, i) => rateOf(i)))
    const perUnit = x.reduce((sum, xi, i) => sum + (rateOf(i) / rate) * xi * unit[i]!, 0)
    // Where no column that the row has may move, there is no step.
    if (perUnit === 0) continue
    const step = given.step(rate, perUnit)
    for (const i of w.keys()) w[i]! -= step * (rateOf(i) / rate) * unit[i]!
    // What is small beside such a weight is lost in it, and a model that goes on from there may roll back.
    if (Math.max(...w.map(Math.abs)) > 1e9) onRounding?.(Infinity)
  }
  return w
}
