// A number as `${number}` writes it: the shortest decimal that reads back as the same number, and the nearest of these.
//
// v = m·2⁻ˢ, so that v·10ᵏ = m·5ᵏ / 2ˢ⁻ᵏ: with k decimals the nearest is n = ⌊m·5ᵏ / 2ˢ⁻ᵏ⌉, and it reads back as v when
// it is less than half a unit of m away: 2·|n·2ˢ⁻ᵏ − m·5ᵏ| < 5ᵏ. All of it is exact in whole numbers of 128 bits.

const fives: StaticArray<u64> = [
  1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125, 9765625, 48828125, 244140625, 1220703125, 6103515625,
  30517578125, 152587890625, 762939453125, 3814697265625, 19073486328125, 95367431640625, 476837158203125,
  2384185791015625, 11920928955078125, 59604644775390625, 298023223876953125, 1490116119384765625,
]
@inline
function five(k: i32): u64 {
  return unchecked(fives[k])
}

/** The text of `v` at this place; gives where it ends, or 0 for a number that is left to others. */
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
  // v has fewer digits than 17 − most before its point; the decimals that 17 digits leave
  let most = 17
  for (let ten: f64 = 1; v >= ten; ten *= 10) most--
  for (let scaled = v * 10; scaled < 1; scaled *= 10) most++
  // of 15 digits at most one is near enough, and a shorter one is the same with zeros at its end
  for (let digits = 15; digits <= 17; digits++) {
    let k = min(most - 17 + digits, s)
    if (!near(m, k, s - k)) continue
    if (digits === 15)
      for (; k > 0 && found % 10 === 0; k--) found /= 10
    if (v >= 1e-6) return fixed(found, k, at)
    // the point behind the first digit: there are most − 17 zeros behind the point of v
    at = fixed(found, k - (most - 17) - 1, at)
    store<u16>(at, 0x2d65)
    return whole(most - 16, at + 2)
  }
  return 0
}

/** What `near` found. */
let found: u64 = 0
/** Whether n = ⌊m·5ᵏ / 2ᵈ⌉ reads back as the number. */
function near(m: u64, k: i32, d: i32): bool {
  const f = five(k)
  // the product in two words: m has 53 bits and f at most 61
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
  // below a power of two the numbers stand twice as close
  const below = (m === 0x10000000000000 ? rest << 2 : rest << 1) < f
  const above = (unit - rest) << 1 < f
  // the even one of two that are as near
  const nearer = rest << 1 > unit || (rest << 1 === unit && (found & 1) === 1)
  if (above && (nearer || !below)) found++
  return above || below
}

/** n / 10ᵏ with all its k decimals, n below 10¹⁷. */
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

function whole(n: u32, at: usize): usize {
  let size = 1
  for (let ten: u64 = 10; n >= ten; ten *= 10) size++
  digitsBefore(at + size, n, size)
  return at + size
}

/** 00, 01, … 99. */
const pairs = memory.data(200)
for (let i = 0; i < 100; i++) store<u16>(pairs + 2 * i, (48 + i / 10) | ((48 + (i % 10)) << 8))

/** The last `count` digits of n, before this place, two at a time: this runs before it is optimised, when divisions count. */
function digitsBefore(at: usize, n: u32, count: i32): void {
  for (; count > 1; count -= 2) {
    const rest = n / 100
    at -= 2
    store<u16>(at, load<u16>(pairs + 2 * (n - 100 * rest)))
    n = rest
  }
  if (count > 0) store<u8>(at - 1, 48 + (n % 10))
}
