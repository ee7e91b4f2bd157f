let calls = 0

/**
 * Gives a number in [0, 1), hashed from a counter and the clock, so that the clients of one server do not all return at
 * once.
 */
const spread = (): number => {
  calls += 1
  let h = Math.imul(Math.imul(calls, 0x9e3779b1) ^ Math.floor(performance.now() * 1000), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35)
  return ((h ^ (h >>> 13)) >>> 0) / 0x100000000
}

/** The wait before the n-th try in a row, n from 0: it doubles each time up to `mostMs`, minus up to half of itself. */
export const backOff = (n: number, firstMs: number, mostMs: number): number => {
  let delay = firstMs
  for (let i = 0; i < n && delay < mostMs; i += 1) delay *= 2
  return Math.min(delay, mostMs) * (1 - spread() / 2)
}
