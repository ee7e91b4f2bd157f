import * as elementary from './elementary/index.js'

/**
 * The arithmetic of one element type. Every result is rounded to that type, so the bits do not depend on which executor
 * runs.
 */
export interface Arithmetic {
  /** log2 of the bytes of an element, so that byte offset >> shift is an index. */
  readonly shift: 2 | 3
  readonly round: (x: number) => number
  readonly exp: (x: number) => number
  readonly log: (x: number) => number
  readonly log1p: (x: number) => number
  readonly sigmoid: (x: number) => number
  readonly tanh: (x: number) => number
  readonly softplus: (x: number) => number
}

export const single: Arithmetic = {
  shift: 2,
  round: Math.fround,
  exp: elementary.exp32,
  log: elementary.log32,
  log1p: elementary.log1p32,
  sigmoid: elementary.sigmoid32,
  tanh: elementary.tanh32,
  softplus: elementary.softplus32,
}

export const double: Arithmetic = {
  shift: 3,
  round: (x) => x,
  exp: elementary.exp64,
  log: elementary.log64,
  log1p: elementary.log1p64,
  sigmoid: elementary.sigmoid64,
  tanh: elementary.tanh64,
  softplus: elementary.softplus64,
}
