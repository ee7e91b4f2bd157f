// The small steps that the functions share. Each is a fixed sequence of IEEE operations, which a SIMD twin can repeat.

const r = Math.fround

/** a b + c in f32 with two roundings; it is never fused, because not every engine has a fused operation. */
export const mulAdd32 = (a: number, b: number, c: number): number => r(r(a * b) + c)

/**
 * Holds x within [low, high]; NaN stays NaN. In WebAssembly, pmin(pmax(x, low), high) gives the same bits at a lower
 * cost.
 */
export const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high)

/** The rounding error of the f64 sum s = a + b: a + b = s + sumError exactly (Knuth's two-sum). */
export const sumError64 = (a: number, b: number, s: number): number => {
  const t = s - a
  return a - (s - t) + (b - t)
}

/** The rounding error of the f32 sum s = a + b. */
export const sumError32 = (a: number, b: number, s: number): number => {
  const t = r(s - a)
  return r(r(a - r(s - t)) + r(b - t))
}

/**
 * The rounding error of the f64 product p = a b: a b = p + productError exactly (Dekker), for |a|, |b| < 2^995 and
 * while nothing underflows. The factors are split into halves of 26 bits, whose products are exact.
 */
export const productError64 = (a: number, b: number, p: number): number => {
  const a1 = upperHalf64(a)
  const a2 = a - a1
  const b1 = upperHalf64(b)
  const b2 = b - b1
  return a1 * b1 - p + a1 * b2 + a2 * b1 + a2 * b2
}

/** The rounding error of the f32 product p = a b, for |a|, |b| < 2^115. The halves have 12 bits. */
export const productError32 = (a: number, b: number, p: number): number => {
  const a1 = upperHalf32(a)
  const a2 = r(a - a1)
  const b1 = upperHalf32(b)
  const b2 = r(b - b1)
  return r(r(r(r(r(a1 * b1) - p) + r(a1 * b2)) + r(a2 * b1)) + r(a2 * b2))
}

// Veltkamp's split: when x is multiplied by 2^27 + 1 (2^12 + 1 in f32), its upper half survives the two subtractions.
const upperHalf64 = (x: number): number => {
  const t = x * 134217729
  return t - (t - x)
}

const upperHalf32 = (x: number): number => {
  const t = r(x * 4097)
  return r(t - r(t - x))
}
