import { mulAdd32 } from './arithmetic.js'
import { powerOfTwo32 } from './bits.js'
import { LN2_32, PER_LN2_32, ROUND_32 } from './constants.js'
import { exp64, expRest32 } from './exp.js'

const r = Math.fround

// Beyond this bound tanh differs from ±1 by less than half an ulp.
const REACH_64 = 22
const REACH_32 = 10

/**
 * tanh x in f64: x + x z P(z) for |x| < 0.625, where z = x^2 and P has degree 11; beyond, 1 - 2 / (e^(2|x|) + 1) with
 * the sign of x. The error is at most 1 ulp. The function is odd to the bit and never beyond ±1; tanh ±0 = ±0, tanh
 * ±Infinity = ±1, and NaN stays NaN.
 */
export const tanh64 = (x: number): number => {
  const size = Math.abs(x)
  const y = size < 0.625 ? near64(size) : far64(Math.min(size, REACH_64))
  return x > 0 ? y : x === 0 ? x : -y
}

/**
 * tanh x in f32: E / (E + 2) with the sign of x, E = e^u - 1 = (2^k - 1) + 2^k p, u = 2|x| = k ln 2 + t, p = t + t^2
 * P(t). The error is at most 3 ulp and 1e-7. The function is odd to the bit and never beyond ±1; tanh ±0 = ±0, tanh
 * ±Infinity = ±1, and NaN stays NaN.
 */
export const tanh32 = (x: number): number => {
  const u = r(2 * Math.min(Math.abs(x), REACH_32))
  const k = r(mulAdd32(u, PER_LN2_32, ROUND_32) - ROUND_32)
  // One part of ln 2 suffices: where k ln 2 has lost bits, tanh is too flat for the loss to show.
  const t = r(u - r(k * LN2_32))
  const p = mulAdd32(r(t * t), expRest32(t), t)
  const scale = powerOfTwo32(k | 0)
  const e = r(r(scale - 1) + r(scale * p))
  const y = r(e / r(e + 2))
  return x > 0 ? y : x === 0 ? x : -y
}

// 1 - 2 / (e^2x + 1), where the quotient makes up for the rounding error of the sum.
const far64 = (x: number): number => {
  const e = exp64(2 * x)
  const sum = e + 1
  const lost = 1 - (sum - e)
  const q = 2 / sum
  return 1 - (q - 0.5 * q * q * lost)
}

// P(z) = (tanh(x) - x) / (x z), from test/golden/coefficients.py.
const near64 = (x: number): number => {
  const z = x * x
  const u = z * z
  let odd = 6.485163482793113e-6
  let even = -3.12011014257974e-5
  odd = odd * u + 9.257116129556769e-5
  even = even * u - 0.0002375906496055562
  odd = odd * u + 0.0005896606577757043
  even = even * u - 0.0014557754120478055
  odd = odd * u + 0.0035921217511549622
  even = even * u - 0.008863235103240878
  odd = odd * u + 0.021869488519008305
  even = even * u - 0.05396825396789699
  odd = odd * u + 0.13333333333333042
  even = even * u - 0.3333333333333333
  return x + x * z * (even + odd * z)
}
