// Writes a number as `${number}` does: as the shortest decimal that reads back as the same number, and if there are
// several, as the nearest of them.
//
// Since v = m·2⁻ˢ, we have v·10ᵏ = m·5ᵏ / 2ˢ⁻ᵏ. The nearest decimal with k digits after the point is n = ⌊m·5ᵏ / 2ˢ⁻ᵏ⌉.
// It reads back as v if it is less than half a unit of m away: 2·|n·2ˢ⁻ᵏ − m·5ᵏ| < 5ᵏ. All of this is computed exactly,
// in whole numbers of 128 bits.

const fives: StaticArray<u64> = [
  1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125, 9765625, 48828125, 244140625, 1220703125, 6103515625,
  30517578125, 152587890625, 762939453125, 3814697265625, 19073486328125, 95367431640625, 476837158203125,
  2384185791015625, 11920928955078125, 59604644775390625, 298023223876953125, 1490116119384765625,
]
@inline
function five(k: i32): u64 {
  return unchecked(fives[k])
}

/** Writes the text of `v` at an address and returns the end of the text, or 0 if it does not write such a number. */
export function write(v: f64, at: usize): usize {
  if (v < 0) {
    store<u8>(at++, 45)
    v = -v
  }
  if (v < 4294967296 && v === <f64>(<u32>v)) return whole(<u32>v, at)
  if (!(v >= 1e-10 && v < 4294967296)) return 0
  const bits = reinterpret<u64>(v)
  const s = 1075 - <i32>(bits >> 52)
  const m = (bits & 0xfffffffffffff) | 0x10000000000000
  // The number of decimals is `most` if v is written with 17 digits.
  let most = 17
  for (let ten: f64 = 1; v >= ten; ten *= 10) most--
  for (let scaled = v * 10; scaled < 1; scaled *= 10) most++
  // At most one decimal of 15 digits is near enough, and a shorter one equals it but for zeros at its end.
  for (let digits = 15; digits <= 17; digits++) {
    let k = min(most - 17 + digits, s)
    if (!near(m, k, s - k)) continue
    if (digits === 15)
      for (; k > 0 && found % 10 === 0; k--) found /= 10
    if (v >= 1e-6) return fixed(found, k, at)
    // The point is placed after the first digit: v has most − 17 zeros after its point.
    at = fixed(found, k - (most - 17) - 1, at)
    store<u16>(at, 0x2d65)
    return whole(most - 16, at + 2)
  }
  return 0
}

/** The n that `near` found last. */
let found: u64 = 0
/** Tells whether n = ⌊m·5ᵏ / 2ᵈ⌉ reads back as the number. */
function near(m: u64, k: i32, d: i32): bool {
  const f = five(k)
  // The product takes two words, because m has 53 bits and f has at most 61.
  const a = (m & 0xffffffff) * (f & 0xffffffff)
  const b = (m >> 32) * (f & 0xffffffff) + (a >> 32)
  const c = (m & 0xffffffff) * (f >> 32) + (b & 0xffffffff)
  const low = (c << 32) | (a & 0xffffffff)
  const high = (m >> 32) * (f >> 32) + (b >> 32) + (c >> 32)
  if (d === 0) {
    found = low
    return true
  }
  const unit = <u64>1 << d
  const rest = low & (unit - 1)
  found = (high << (64 - d)) | (low >> d)
  // Below a power of two, numbers are twice as dense.
  const below = (m === 0x10000000000000 ? rest << 2 : rest << 1) < f
  const above = (unit - rest) << 1 < f
  // If two are equally near, the even one is chosen.
  const nearer = rest << 1 > unit || (rest << 1 === unit && (found & 1) === 1)
  if (above && (nearer || !below)) found++
  return above || below
}

/** Writes n / 10ᵏ with all k decimals, for n below 10¹⁷, and returns the end of the text. */
function fixed(n: u64, k: i32, at: usize): usize {
  if (k > 17) store<u8>(at++, 48)
  else {
    const power = five(k) << k
    at = whole(<u32>(n / power), at)
    n %= power
  }
  if (k === 0) return at
  store<u8>(at++, 46)
  const high = <u32>(n / 100000000)
  digitsBefore(at + k, <u32>(n - <u64>high * 100000000), min(k, 8))
  if (k > 8) digitsBefore(at + k - 8, high, k - 8)
  return at + k
}

/** Writes a whole number and returns the end of the text. */
function whole(n: u32, at: usize): usize {
  let size = 1
  for (let ten: u64 = 10; n >= ten; ten *= 10) size++
  digitsBefore(at + size, n, size)
  return at + size
}

/** The texts 00, 01, … 99. */
const pairs = memory.data(200)
for (let i = 0; i < 100; i++) store<u16>(pairs + 2 * i, (48 + i / 10) | ((48 + (i % 10)) << 8))

/**
 * Writes the last `count` digits of n before an address, two at a time. Much of this runs before the host has optimized
 * it, when divisions are expensive.
 */
function digitsBefore(at: usize, n: u32, count: i32): void {
  for (; count > 1; count -= 2) {
    const rest = n / 100
    at -= 2
    store<u16>(at, load<u16>(pairs + 2 * (n - 100 * rest)))
    n = rest
  }
  if (count > 0) store<u8>(at - 1, 48 + (n % 10))
}
