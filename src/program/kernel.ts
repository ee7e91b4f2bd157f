import type { Floats } from '../values.js'
import type { Opcode } from './bytecode.js'

/** Why a step stopped early; 0 is: it did not. */
export const REFUSED = 1
export const OUT_OF_BOUNDS = 2
/** Why a call of many rows stopped early, beside these: before a row that asks for more than arithmetic; after a drift. */
export const NOT_PLAIN = 3
export const DRIFTED = 4

/**
 * What an instruction does. `v` sees the arena in the instruction's element type, `d` in f64; `out`, `a`, `b`, `c` are
 * byte offsets. A result other than 0 or undefined ends the run.
 */
export type Kernel = (
  v: Floats,
  d: Float64Array,
  out: number,
  a: number,
  b: number,
  c: number,
  n: number,
  m: number,
  k: number,
  flags: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: most kernels have nothing to say
) => number | void

export type Kernels = Readonly<Partial<Record<Opcode, Kernel>>>
