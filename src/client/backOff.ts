let calls = 0

/** In [0, 1): a hash of a counter and the clock, so that the clients of one server do not all come back at once. */
const spread = (): number => {
  calls += 1
  let h = Math.imul(Math.imul(calls, 0x9e3779b1) ^ Math.floor(performance.now() * 1000), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35)
  return ((h ^ (h >>> 13)) >>> 0) / 0x100000000
}

/** How long to wait before the n-th try in a row, n from 0: twice as long each time up to `mostMs`, less up to half of it. */
export const backOff = (n: number, firstMs: number, mostMs: number): number => {
  let delay = firstMs
  for (let i = 0; i < n && delay < mostMs; i += 1) delay *= 2
  return Math.min(delay, mostMs) * (1 - spread() / 2)
}
