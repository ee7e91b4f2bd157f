// The bits of numbers. A typed array stores them in the platform's byte order. Every platform that runs WebAssembly,
// and hence every platform of this project, is little-endian, so the high word is the second one.

const double = new Float64Array(1)
const words = new Int32Array(double.buffer)
const single = new Float32Array(1)
const singleWord = new Int32Array(single.buffer)

/** The sign, the exponent and the first 20 bits of the mantissa of an f64. */
export const highWord = (x: number): number => {
  double[0] = x
  return words[1]
}

/** The last 32 bits of the mantissa of an f64. */
export const lowWord = (x: number): number => {
  double[0] = x
  return words[0]
}

/** The 32 bits of an f32 as a signed integer. */
export const bitsOf32 = (x: number): number => {
  single[0] = x
  return singleWord[0]
}

/** The f32 of these 32 bits. */
export const fromBits32 = (bits: number): number => {
  singleWord[0] = bits
  return single[0]
}

// Every 2^k that is a normal f64, at the index that is its exponent field. The table exists because reading a number
// whose halves have just been written separately costs more than the whole rest of an exp.
const powersOfTwo = Float64Array.from({ length: 2048 }, (_, field) => {
  words[0] = 0
  words[1] = field << 20
  return double[0]
})

/** 2^k in f64, for -1022 <= k <= 1023. */
export const powerOfTwo64 = (k: number): number => powersOfTwo[(k + 1023) & 2047]

/** 2^k in f32, for -126 <= k <= 127. */
export const powerOfTwo32 = (k: number): number => fromBits32((k + 127) << 23)

/**
 * y 2^k in f64, for |k| <= 2044, rounded once. It takes two factors, because 2^k itself need not be a normal number.
 */
export const scale64 = (y: number, k: number): number => {
  const half = k >> 1
  return y * powerOfTwo64(half) * powerOfTwo64(k - half)
}

/** y 2^k in f32, for |k| <= 252, rounded once. */
export const scale32 = (y: number, k: number): number => {
  const half = k >> 1
  return Math.fround(Math.fround(y * powerOfTwo32(half)) * powerOfTwo32(k - half))
}
