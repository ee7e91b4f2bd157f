let calls = 0

/**
 * Returns a number in [0, 1), hashed from a counter and the clock, so that the clients of one server do not all
 * reconnect at once.
 */
const pseudoRandom = (): number => {
  calls += 1
  let h = Math.imul(Math.imul(calls, 0x9e3779b1) ^ Math.floor(performance.now() * 1000), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35)
  return ((h ^ (h >>> 13)) >>> 0) / 0x100000000
}

/**
 * Returns the wait before the n-th attempt in a row, with n from 0: the wait doubles each time up to `mostMs`, and is
 * then shortened at random by up to a half.
 */
export const backOff = (n: number, firstMs: number, mostMs: number): number => {
  let delay = firstMs
  for (let i = 0; i < n && delay < mostMs; i += 1) delay *= 2
  return Math.min(delay, mostMs) * (1 - pseudoRandom() / 2)
}
