import type { Floats } from '../values.js'

type Round = (x: number) => number

/** ((l0 + l1) + l2) + l3. */
export const addLanes = (round: Round, [l0, l1, l2, l3]: readonly number[]): number =>
  round(round(round(l0 + l1) + l2) + l3)

/** Σ a[i·p]·b[i·q] over n terms, in four lanes: term i goes to lane i mod 4, and each lane starts from +0. */
export const inLanes = (round: Round, v: Floats, a: number, p: number, b: number, q: number, n: number): number => {
  let l0 = 0
  let l1 = 0
  let l2 = 0
  let l3 = 0
  let i = 0
  for (; i + 3 < n; i += 4) {
    l0 = round(l0 + round(v[a + i * p] * v[b + i * q]))
    l1 = round(l1 + round(v[a + (i + 1) * p] * v[b + (i + 1) * q]))
    l2 = round(l2 + round(v[a + (i + 2) * p] * v[b + (i + 2) * q]))
    l3 = round(l3 + round(v[a + (i + 3) * p] * v[b + (i + 3) * q]))
  }
  if (i < n) l0 = round(l0 + round(v[a + i * p] * v[b + i * q]))
  if (i + 1 < n) l1 = round(l1 + round(v[a + (i + 1) * p] * v[b + (i + 1) * q]))
  if (i + 2 < n) l2 = round(l2 + round(v[a + (i + 2) * p] * v[b + (i + 2) * q]))
  return round(round(round(l0 + l1) + l2) + l3)
}
