import { exp32, exp64 } from './exp.js'
import { log1p32, log1p64 } from './log.js'

const r = Math.fround

/**
 * ln(1 + e^x) in f64: max(x, 0) + ln1p(e^-|x|), so that the exponential never overflows and a small result keeps its
 * digits. The error is at most 2 ulp. softplus(-Infinity) = 0, softplus(Infinity) = Infinity, softplus(x) = x from 37
 * on, and NaN stays NaN.
 */
export const softplus64 = (x: number): number => Math.max(x, 0) + log1p64(exp64(-Math.abs(x)))

/**
 * ln(1 + e^x) in f32, by the steps of softplus64. The error is at most 2 ulp; special values are those of softplus64,
 * and softplus(x) = x from 17 on.
 */
export const softplus32 = (x: number): number => r(Math.max(x, 0) + log1p32(exp32(-Math.abs(x))))
