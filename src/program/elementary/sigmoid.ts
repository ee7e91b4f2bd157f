import { exp32, exp64 } from './exp.js'

const r = Math.fround

/**
 * The logistic function in f64: 1 / (1 + e^-x) for x >= 0 and e^x / (1 + e^x) for x < 0, so that the exponential never
 * overflows. The error is at most 2 ulp. sigmoid(0) = 1/2, sigmoid(Infinity) = 1, sigmoid(-Infinity) = 0, and NaN stays
 * NaN. Below -708.4 the result passes through the subnormals to 0.
 */
export const sigmoid64 = (x: number): number => {
  const e = exp64(-Math.abs(x))
  return (x < 0 ? e : 1) / (1 + e)
}

/**
 * The logistic function in f32, by the steps of sigmoid64. The error is at most 2 ulp; special values are those of
 * sigmoid64, with the subnormals below -87.3.
 */
export const sigmoid32 = (x: number): number => {
  const e = exp32(-Math.abs(x))
  return r((x < 0 ? e : 1) / r(1 + e))
}
