import type { Floats } from '../values.js'
import type { Opcode } from './bytecode.js'

/**
 * What an instruction does. `v` sees the arena in the instruction's element type, `d` in f64; `out`, `a`, `b` and `c`
 * are byte offsets. A result other than 0 or undefined is one of the statuses, and ends the run.
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
