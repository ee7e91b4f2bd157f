// More rules, written a second time from the formulas of their papers, with plain arrays and plain Math, and nothing
// from src.

import { isBias, type Rule } from './textbook.js'

const zeros = (length: number): number[] => new Array<number>(length).fill(0)
const norm = (v: readonly number[]): number => Math.hypot(...v)

/** McMahan et al. (2013), algorithm 1, one coordinate after another; biases have no penalty. */
export const ftrl = (α: number, β: number, λ1: number, λ2: number): Rule => {
  let z: number[] | undefined
  let n: number[] | undefined
  return (θ, g, { net }) => {
    z ??= zeros(g.length)
    n ??= zeros(g.length)
    const next = [...θ]
    for (const [i, gi] of g.entries()) {
      if (gi === 0) continue
      const [l1, l2] = isBias(net, i) ? [0, 0] : [λ1, λ2]
      const σ = (Math.sqrt(n[i]! + gi ** 2) - Math.sqrt(n[i]!)) / α
      z[i]! += gi - σ * θ[i]!
      n[i]! += gi ** 2
      next[i] = Math.abs(z[i]!) <= l1 ? 0 : -(z[i]! - Math.sign(z[i]!) * l1) / ((β + Math.sqrt(n[i]!)) / α + l2)
    }
    return θ.map((w, i) => w - next[i]!)
  }
}

/** Orabona and Tommasi (2017), algorithm 2. Its g is the negative gradient. */
export const cocob = (α: number): Rule => {
  let w1: readonly number[] | undefined
  const per: { L: number; G: number; Reward: number; θ: number }[] = []
  return (w, gradient) => {
    w1 ??= [...w]
    const start = w1
    return gradient.map((d, i) => {
      const g = -d
      per[i] ??= { L: 0, G: 0, Reward: 0, θ: 0 }
      const s = per[i]
      s.L = Math.max(s.L, Math.abs(g))
      s.G += Math.abs(g)
      s.Reward = Math.max(s.Reward + (w[i]! - start[i]!) * g, 0)
      s.θ += g
      if (s.L === 0) return 0
      const next = start[i]! + (s.θ / (s.L * Math.max(s.G + s.L, α * s.L))) * (s.L + s.Reward)
      return w[i]! - next
    })
  }
}

/** Ivgi, Hinder and Carmon (2023), equation 2, with r_ε relative to 1 + ‖x_0‖. */
export const dog = (r: number, ε: number): Rule => {
  let x0: readonly number[] | undefined
  let furthest = 0
  let squares = 0
  return (x, g) => {
    if (!x0) {
      x0 = [...x]
      furthest = r * (1 + norm(x0))
    }
    const from = x0
    furthest = Math.max(furthest, norm(x.map((xi, i) => xi - from[i]!)))
    squares += norm(g) ** 2
    return g.map((gi) => (furthest / Math.sqrt(squares + ε)) * gi)
  }
}

/** Loshchilov and Hutter (2019): weights, and no biases, decay beside the rule's step. */
export const decayed = (η: number, λ: number, rule: Rule): Rule => {
  return (θ, g, seen) => rule(θ, g, seen).map((step, i) => step + (isBias(seen.net, i) ? 0 : η * λ * θ[i]!))
}

/** Tsuruoka et al. (2009), the procedures TRAIN and APPLYPENALTY; biases have no penalty. */
export const penalised = (η: (t: number) => number, λ: number, rule: Rule): Rule => {
  let [t, u] = [0, 0]
  const q: number[] = []
  return (θ, g, seen) => {
    u += η(t++) * λ
    const steps = rule(θ, g, seen)
    return θ.map((before, i) => {
      let w = before - steps[i]!
      if (g[i] === 0 || isBias(seen.net, i)) return before - w
      q[i] ??= 0
      const z = w
      if (w > 0) w = Math.max(0, w - (u + q[i]))
      else if (w < 0) w = Math.min(0, w + (u - q[i]))
      q[i] += w - z
      return before - w
    })
  }
}
