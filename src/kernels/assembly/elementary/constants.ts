// Twin of src/program/elementary/constants.ts: the same numbers, and the bit fields that the lanes are taken apart with.
// Every constant is an immediate: nothing here asks for a byte of memory.

/** ln 2 = high + low in f64; the high part has 38 bits, so that k times it is exact for any exponent k. */
@inline export const LN2_HIGH: f64 = 0.6931471805582987
@inline export const LN2_LOW: f64 = 1.6465949582897082e-12
@inline export const PER_LN2: f64 = 1 / (LN2_HIGH + LN2_LOW)

/** ln 2 = high + low in f32; the high part has 15 bits. */
@inline export const LN2_HIGH_32: f32 = 0.693145751953125
@inline export const LN2_LOW_32: f32 = 1.428606765330187e-6
@inline export const LN2_32: f32 = <f32>(LN2_HIGH + LN2_LOW)
@inline export const PER_LN2_32: f32 = <f32>PER_LN2

/** Added and taken away again, 1.5 times 2^52 (2^23) rounds to an integer, which stands in the low bits of the sum. */
@inline export const ROUND: f64 = 6755399441055744
@inline export const ROUND_32: f32 = 12582912

/** The least normal numbers; what is below them is scaled by 2^54 (2^24) before its exponent is read. */
@inline export const LEAST_NORMAL: f64 = 2.2250738585072014e-308
@inline export const LEAST_NORMAL_32: f32 = 1.1754943508222875e-38
@inline export const TWO_54: f64 = 18014398509481984
@inline export const TWO_24: f32 = 16777216

/** The bits of sqrt(1/2). Exponents are counted from there, so that mantissas fall in [sqrt(1/2), sqrt(2)). */
@inline export const SQRT_HALF_BITS: i64 = 0x3fe6a09e00000000
@inline export const SQRT_HALF_BITS_32: i32 = 0x3f3504f3

/** The sign, the sign and exponent, and the bits of 1. */
@inline export const SIGN: i64 = 0x8000000000000000
@inline export const SIGN_32: i32 = 0x80000000
@inline export const EXPONENT: i64 = 0xfff0000000000000
@inline export const EXPONENT_32: i32 = 0xff800000
@inline export const ONE_BITS: i64 = 0x3ff0000000000000
@inline export const ONE_BITS_32: i32 = 0x3f800000
