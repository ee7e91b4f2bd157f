// Twin of src/program/elementary/constants.ts, together with the bit fields that numbers are taken apart with.
//
// Each constant is a global of 16 bytes. V8 would build an immediate anew wherever it is used, from a 64-bit move and
// two shuffles, which occupy the ports that the arithmetic needs: tanh spent half of its time on that. A global costs
// one load, and it takes no byte of the memory, which belongs to the arenas.

// This is a variable because the optimizer would turn every constant into an immediate if it knew that the value is 0.
let zero: i32 = 0

/** x in every lane. */
// @ts-ignore: decorator
@inline
export function all_f32x4(x: f32): v128 {
  return i32x4.splat(reinterpret<i32>(x) + zero)
}

// @ts-ignore: decorator
@inline
export function all_f64x2(x: f64): v128 {
  return i64x2.splat(reinterpret<i64>(x) + zero)
}

// @ts-ignore: decorator
@inline
export function all_i32x4(x: i32): v128 {
  return i32x4.splat(x + zero)
}

// @ts-ignore: decorator
@inline
export function all_i64x2(x: i64): v128 {
  return i64x2.splat(x + zero)
}

// ln 2 = high + low in f64; the high part has 38 bits, so that k times it is exact for any exponent k. In f32 it has 15.
const HIGH: f64 = 0.6931471805582987
const LOW: f64 = 1.6465949582897082e-12
const PER: f64 = 1 / (HIGH + LOW)

export let LN2_HIGH: v128 = all_f64x2(HIGH)
export let LN2_LOW: v128 = all_f64x2(LOW)
export let PER_LN2: v128 = all_f64x2(PER)
export let TWICE_PER_LN2: v128 = all_f64x2(2 * PER)

export let LN2_HIGH_32: v128 = all_f32x4(0.693145751953125)
export let LN2_LOW_32: v128 = all_f32x4(1.428606765330187e-6)
export let LN2_32: v128 = all_f32x4(<f32>(HIGH + LOW))
export let PER_LN2_32: v128 = all_f32x4(<f32>PER)
export let TWICE_PER_LN2_32: v128 = all_f32x4(<f32>(2 * PER))

/** Adding 1.5 times 2^52 (2^23) and taking it away again rounds to an integer, which stands in the low bits of the sum. */
export let ROUND: v128 = all_f64x2(6755399441055744)
export let ROUND_32: v128 = all_f32x4(12582912)

/** The least normal numbers; a number below them is scaled by 2^54 (2^24) before its exponent is read. */
export let LEAST_NORMAL: v128 = all_f64x2(2.2250738585072014e-308)
export let LEAST_NORMAL_32: v128 = all_f32x4(1.1754943508222875e-38)
export let TWO_54: v128 = all_f64x2(18014398509481984)
export let TWO_24: v128 = all_f32x4(16777216)
export let FIFTY_FOUR: v128 = all_f64x2(54)
export let TWENTY_FOUR_32: v128 = all_f32x4(24)

// The bits of sqrt(1/2). Exponents are counted from there, so that mantissas fall in [sqrt(1/2), sqrt(2)).
const SQRT_HALF: i64 = 0x3fe6a09e00000000
const SQRT_HALF_SINGLE: i32 = 0x3f3504f3
export let SQRT_HALF_BITS: v128 = all_i64x2(SQRT_HALF)
export let SQRT_HALF_BITS_32: v128 = all_i32x4(SQRT_HALF_SINGLE)

/** The doubles of the numbers with those bits: from here on the exponent is 1. */
export let SQRT_TWO: v128 = all_i64x2(SQRT_HALF + (1 << 52))
export let SQRT_TWO_32: v128 = all_i32x4(SQRT_HALF_SINGLE + (1 << 23))

export let THIRD: v128 = all_f64x2(0.3333333333333333)
export let HALF: v128 = all_f64x2(0.5)
export let ONE: v128 = all_f64x2(1)
export let TWO: v128 = all_f64x2(2)
export let INFINITE: v128 = all_f64x2(Infinity)
export let MINUS_INFINITE: v128 = all_f64x2(-Infinity)

export let THIRD_32: v128 = all_f32x4(0.333333343)
export let HALF_32: v128 = all_f32x4(0.5)
export let ONE_32: v128 = all_f32x4(1)
export let TWO_32: v128 = all_f32x4(2)
export let INFINITE_32: v128 = all_f32x4(Infinity)
export let MINUS_INFINITE_32: v128 = all_f32x4(-Infinity)

/** The bits of the sign, and of the sign and the exponent. */
export let SIGN: v128 = all_i64x2(0x8000000000000000)
export let SIGN_32: v128 = all_i32x4(0x80000000)
export let EXPONENT: v128 = all_i64x2(0xfff0000000000000)
export let EXPONENT_32: v128 = all_i32x4(0xff800000)
