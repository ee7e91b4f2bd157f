// Constants that more than one function needs. The parts of ln 2 come from test/golden/coefficients.py.

/** ln 2 = high + low in f64; the high part has 38 bits, so that k times it is exact for any exponent k. */
export const LN2_HIGH = 0.6931471805582987
export const LN2_LOW = 1.6465949582897082e-12
export const PER_LN2: number = 1 / (LN2_HIGH + LN2_LOW)

/** ln 2 = high + low in f32; the high part has 15 bits. */
export const LN2_HIGH_32 = 0.693145751953125
export const LN2_LOW_32: number = Math.fround(1.428606765330187e-6)
export const LN2_32: number = Math.fround(LN2_HIGH + LN2_LOW)
export const PER_LN2_32: number = Math.fround(PER_LN2)

/**
 * Adding 1.5 times 2^52 (2^23) and taking it away again rounds to an integer, ties to even: no bit is left for a
 * fraction.
 */
export const ROUND = 6755399441055744
export const ROUND_32 = 12582912

/** The least normal numbers; a number below them is scaled by 2^54 (2^24) before its exponent is read. */
export const LEAST_NORMAL = 2.2250738585072014e-308
export const LEAST_NORMAL_32 = 1.1754943508222875e-38
export const TWO_54 = 18014398509481984
export const TWO_24 = 16777216

/** The bits of sqrt(1/2). Exponents are counted from there, so that mantissas fall in [sqrt(1/2), sqrt(2)). */
export const SQRT_HALF_HIGH_WORD = 0x3fe6a09e
export const SQRT_HALF_BITS_32 = 0x3f3504f3
