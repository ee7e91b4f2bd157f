import { clamp, mulAdd32, sumError32, sumError64 } from './arithmetic.js'
import { bitsOf32, lowWord } from './bits.js'
import { ROUND, ROUND_32 } from './constants.js'

const r = Math.fround

// x = k pi/2 + t + tail with |t| <= pi/4. Each part of pi/2 but the last has few enough bits for k times it to be
// exact.
const PER_HALF_PI = 0.6366197723675814
const P1 = 1.5707963267341256
const P2 = 6.077100506303966e-11
const P3 = 2.0222662487111665e-21
const P4 = 8.4784276603689e-32

const PER_HALF_PI_32 = r(PER_HALF_PI)
const P1_32 = 1.5703125
const P2_32 = 0.0004837512969970703
const P3_32 = 7.549533620476723e-8
const P4_32 = 2.5632829192545614e-12
const P5_32 = r(6.123234262925839e-17)
const BEYOND_EIGHTH = r(0.79)

/**
 * sin x in f64: x is reduced to |t| <= pi/4 by multiples of pi/2 (Cody and Waite, four parts), and a polynomial of
 * degree 13 follows. The error is at most 1 ulp for |x| <= 2^20. Beyond, the result is the sine of a number within an
 * ulp of x; from 2^50 on the phase is meaningless, but the result stays within ±1 for every finite x. The function is
 * odd to the bit; sin ±0 = ±0 and sin ±Infinity = NaN.
 */
export const sin64 = (x: number): number => {
  const y = wave64(Math.abs(x), 0)
  return x > 0 ? y : x === 0 ? x : -y
}

/**
 * cos x in f64: the reduction of sin64, followed by a polynomial of degree 14. Error and range are those of sin64. The
 * function is even to the bit; cos ±0 = 1 and cos ±Infinity = NaN.
 */
export const cos64 = (x: number): number => wave64(Math.abs(x), 1)

/**
 * sin x in f32: x is reduced to |t| <= pi/4 by multiples of pi/2 (five parts), and a polynomial of degree 7 follows.
 * The error is at most 1 ulp for |x| <= 8192. Beyond, the result is the sine of a number within an ulp of x; from 2^21
 * on the phase is meaningless, but the result stays within ±1 for every finite x. The function is odd to the bit; sin
 * ±0 = ±0 and sin ±Infinity = NaN.
 */
export const sin32 = (x: number): number => {
  const y = wave32(Math.abs(x), 0)
  return x > 0 ? y : x === 0 ? x : -y
}

/**
 * cos x in f32: the reduction of sin32, followed by a polynomial of degree 8. Error and range are those of sin32. The
 * function is even to the bit; cos ±0 = 1 and cos ±Infinity = NaN.
 */
export const cos32 = (x: number): number => wave32(Math.abs(x), 1)

// sin(x + turns pi/2) for x >= 0. The last bits of the rounded k, read in place, say which quarter turn it is.
const wave64 = (x: number, turns: number): number => {
  const n = x * PER_HALF_PI + ROUND
  const k = n - ROUND
  const quarter = lowWord(n) + turns
  const a = x - k * P1
  const b = k * P2
  const ab = a - b
  const c = k * P3
  const abc = ab - c
  const lost = sumError64(a, -b, ab) + sumError64(ab, -c, abc) - k * P4
  const t = clamp(abc + lost, -BEYOND_EIGHTH, BEYOND_EIGHTH)
  const tail = abc - t + lost
  const y = (quarter & 1) === 0 ? sinNear64(t, tail) : cosNear64(t, tail)
  return clamp((quarter & 2) === 0 ? y : -y, -1, 1)
}

const wave32 = (x: number, turns: number): number => {
  const n = mulAdd32(x, PER_HALF_PI_32, ROUND_32)
  const k = r(n - ROUND_32)
  const quarter = bitsOf32(n) + turns
  const a = r(r(x - r(k * P1_32)) - r(k * P2_32))
  const b = r(k * P3_32)
  const ab = r(a - b)
  const c = r(k * P4_32)
  const abc = r(ab - c)
  const lost = r(r(sumError32(a, -b, ab) + sumError32(ab, -c, abc)) - r(k * P5_32))
  const t = clamp(r(abc + lost), -BEYOND_EIGHTH, BEYOND_EIGHTH)
  const tail = r(r(abc - t) + lost)
  const y = (quarter & 1) === 0 ? sinNear32(t, tail) : cosNear32(t, tail)
  return clamp((quarter & 2) === 0 ? y : -y, -1, 1)
}

// sin(t + tail) = t + (t z S(z) + tail), z = t^2; S and C from test/golden/coefficients.py.
const sinNear64 = (t: number, tail: number): number => {
  const z = t * t
  let s = 1.5916480269048027e-10
  s = s * z - 2.505110882200661e-8
  s = s * z + 2.755731599143529e-6
  s = s * z - 0.00019841269836543094
  s = s * z + 0.008333333333330806
  s = s * z - 0.16666666666666666
  return t + (t * z * s + tail * (1 - 0.5 * z))
}

// cos(t + tail) = 1 - z/2 + (z^2 C(z) - t tail), where the rounding error of 1 - z/2 is added back.
const cosNear64 = (t: number, tail: number): number => {
  const z = t * t
  let c = -1.1381600803648663e-11
  c = c * z + 2.0876131865438917e-9
  c = c * z - 2.755731720221659e-7
  c = c * z + 2.480158729863089e-5
  c = c * z - 0.0013888888888887309
  c = c * z + 0.041666666666666664
  const half = 0.5 * z
  const most = 1 - half
  return most + (1 - most - half + (z * z * c - t * tail))
}

const S3 = r(-0.166666642)
const S5 = r(0.00833273493)
const S7 = r(-0.000195849323)
const sinNear32 = (t: number, tail: number): number => {
  const z = r(t * t)
  const s = mulAdd32(mulAdd32(S7, z, S5), z, S3)
  return r(t + mulAdd32(r(t * z), s, tail))
}

const C4 = r(0.0416666642)
const C6 = r(-0.00138882897)
const C8 = r(2.45449774e-5)
const cosNear32 = (t: number, tail: number): number => {
  const z = r(t * t)
  const c = mulAdd32(mulAdd32(C8, z, C6), z, C4)
  const half = r(0.5 * z)
  const most = r(1 - half)
  return r(most + r(r(r(1 - most) - half) + r(r(r(z * z) * c) - r(t * tail))))
}
