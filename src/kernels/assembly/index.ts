// The virtual machine: executes the bytecode of src/program/bytecode.ts over an arena, with the interpreter's bits.

import * as each from './elementwise'
import * as products from './products'
import { asProduct } from './rows'
import * as statistics from './statistics'
import * as steps from './steps'

export { SCRATCH } from './gemm'

const WORD: usize = 4
const INSTRUCTION: usize = 40

// the opcodes beyond the elementwise ones, in the order of src/program/bytecode.ts
const DENSE = 20
const DENSE_INPUT = 21
const OUTER = 22
const OUTER_ADD = 23
const MATMUL = 24
const SUM = 25
const EXPAND = 26
const COPY_BLOCKS = 27
const FILL = 28
const LOG_SOFTMAX = 29
const SCALE_BY = 30
const SHIFT_BY = 31
const DOT = 32
const MUL_ADD = 33
const SCALE = 34
const COMMIT_SCALE = 35
const UNSCALE = 36
const ONE_HOT = 37
const CYCLIC = 38
const CAST = 39
const KNOWN = 40
const GUARD = 41
const WATCH = 42
const BOUND = 43
const DRIFT = 44

/** No operand stands so far on: nothing is a row's own. */
const NOWHERE: i32 = i32.MAX_VALUE

/**
 * Runs instructions `from` up to `to` over the arena at `base`.
 * @returns 0, or why it stopped before the end
 */
export function run(code: usize, from: i32, to: i32, base: usize): i32 {
  return runRows(code, from, to, base, 0, 1, NOWHERE, 0, 0)
}

/** The same, each instruction for `count` rows; what stands from `start` on is a row's own (src/program/executor.ts). */
export function runRows(
  code: usize, from: i32, to: i32, base: usize, first: i32, count: i32, start: i32, stride: i32, scratch: usize,
): i32 {
  let at = code + <usize>from * INSTRUCTION
  const end = code + <usize>to * INSTRUCTION
  for (; at < end; at += INSTRUCTION) {
    const status =
      load<i32>(at, WORD) == 0
        ? eachRow<f32>(at, base, first, count, start, stride, scratch)
        : eachRow<f64>(at, base, first, count, start, stride, scratch)
    if (status != 0) return status
  }
  return 0
}

// @ts-ignore: decorator
@inline
function eachRow<T>(at: usize, base: usize, first: i32, count: i32, start: i32, stride: i32, scratch: usize): i32 {
  let out = base + load<u32>(at, 2 * WORD)
  let a = base + load<u32>(at, 3 * WORD)
  let b = base + load<u32>(at, 4 * WORD)
  let c = base + load<u32>(at, 5 * WORD)
  let outStep: usize = 0
  let aStep: usize = 0
  let bStep: usize = 0
  let cStep: usize = 0
  if (stride != 0) {
    // what a window does has no rows
    if (load<i32>(at) >= GUARD) unreachable()
    if (load<i32>(at, 2 * WORD) >= start) outStep = stride
    if (load<i32>(at, 3 * WORD) >= start) aStep = stride
    if (load<i32>(at, 4 * WORD) >= start) bStep = stride
    if (load<i32>(at, 5 * WORD) >= start) cStep = stride
    out += <usize>first * outStep
    a += <usize>first * aStep
    b += <usize>first * bStep
    c += <usize>first * cStep
    if (asProduct<T>(at, out, a, b, c, outStep, aStep, bStep, cStep, count, scratch)) return 0
  }
  for (let row = 0; row < count; row++) {
    const status = execute<T>(at, base, out, a, b, c)
    if (status != 0) return status
    out += outStep
    a += aStep
    b += bStep
    c += cStep
  }
  return 0
}

// @ts-ignore: decorator
@inline
function execute<T>(at: usize, base: usize, out: usize, a: usize, b: usize, c: usize): i32 {
  const n = load<i32>(at, 6 * WORD)
  switch (load<i32>(at)) {
    case each.NEG: { each.unary<T>(each.NEG, out, a, n); return 0 }
    case each.EXP: { each.unary<T>(each.EXP, out, a, n); return 0 }
    case each.LOG: { each.unary<T>(each.LOG, out, a, n); return 0 }
    case each.SQRT: { each.unary<T>(each.SQRT, out, a, n); return 0 }
    case each.ABS: { each.unary<T>(each.ABS, out, a, n); return 0 }
    case each.SIGMOID: { each.unary<T>(each.SIGMOID, out, a, n); return 0 }
    case each.TANH: { each.unary<T>(each.TANH, out, a, n); return 0 }
    case each.RELU: { each.unary<T>(each.RELU, out, a, n); return 0 }
    case each.SOFTPLUS: { each.unary<T>(each.SOFTPLUS, out, a, n); return 0 }
    case each.COPY: { each.unary<T>(each.COPY, out, a, n); return 0 }
    case each.ADD: { each.binary<T>(each.ADD, out, a, b, n); return 0 }
    case each.SUB: { each.binary<T>(each.SUB, out, a, b, n); return 0 }
    case each.MUL: { each.binary<T>(each.MUL, out, a, b, n); return 0 }
    case each.DIV: { each.binary<T>(each.DIV, out, a, b, n); return 0 }
    case each.MAX: { each.binary<T>(each.MAX, out, a, b, n); return 0 }
    case each.MIN: { each.binary<T>(each.MIN, out, a, b, n); return 0 }
    case each.GREATER: { each.binary<T>(each.GREATER, out, a, b, n); return 0 }
    case each.POW: { each.binary<T>(each.POW, out, a, b, n); return 0 }
    case each.BINARY_CROSS_ENTROPY: { each.binary<T>(each.BINARY_CROSS_ENTROPY, out, a, b, n); return 0 }
    case each.WHERE: { each.where<T>(out, a, b, c, n); return 0 }
    case DENSE: { products.dense<T>(out, a, b, c, load<i32>(at, 5 * WORD) >= 0, n, load<i32>(at, 7 * WORD)); return 0 }
    case DENSE_INPUT: { products.denseInput<T>(out, a, b, n, load<i32>(at, 7 * WORD)); return 0 }
    case OUTER: { products.outer<T>(out, a, b, n, load<i32>(at, 7 * WORD), false); return 0 }
    case OUTER_ADD: { products.outer<T>(out, a, b, n, load<i32>(at, 7 * WORD), true); return 0 }
    case MATMUL: { products.matmul<T>(out, a, b, n, load<i32>(at, 7 * WORD), load<i32>(at, 8 * WORD), load<i32>(at, 9 * WORD)); return 0 }
    case SUM: { products.sum<T>(out, a, n, load<i32>(at, 7 * WORD), load<i32>(at, 8 * WORD)); return 0 }
    case EXPAND: { products.expand<T>(out, a, n, load<i32>(at, 7 * WORD), load<i32>(at, 8 * WORD)); return 0 }
    case COPY_BLOCKS: {
      products.copyBlocks<T>(
        out, a, load<i32>(at, 4 * WORD), load<i32>(at, 5 * WORD),
        n, load<i32>(at, 7 * WORD), load<i32>(at, 8 * WORD), load<i32>(at, 9 * WORD),
      )
      return 0
    }
    case FILL: { memory.fill(out, 0, <usize>n * sizeof<T>()); return 0 }
    case LOG_SOFTMAX: { products.logSoftmax<T>(out, a, n, load<i32>(at, 8 * WORD)); return 0 }
    case SCALE_BY: { each.scaleBy<T>(out, a, <T>load<f64>(b), n); return 0 }
    case SHIFT_BY: { each.shiftBy<T>(out, a, <T>load<f64>(b), n); return 0 }
    case DOT: { steps.dot<T>(out, a, b, n); return 0 }
    case MUL_ADD: { each.mulAdd<T>(out, a, b, n); return 0 }
    case SCALE: { statistics.scale<T>(out, a, b, c, load<i32>(at, 9 * WORD)); return 0 }
    case COMMIT_SCALE: { statistics.commitScale(a, b, load<i32>(at, 9 * WORD)); return 0 }
    case UNSCALE: { statistics.unscale<T>(out, a, b, load<i32>(at, 9 * WORD)); return 0 }
    case ONE_HOT: { statistics.oneHot<T>(out, a, n); return 0 }
    case CYCLIC: { statistics.cyclic<T>(out, a, c); return 0 }
    case CAST: { statistics.cast<T>(out, a, n); return 0 }
    case KNOWN: { statistics.known<T>(out, a, n); return 0 }
    case GUARD: return steps.guard<T>(a, b, c, n)
    case WATCH: return steps.watch<T>(a, c, n)
    case BOUND: {
      steps.bound<T>(out, a, b, c, base + load<u32>(at, 7 * WORD), base + load<u32>(at, 8 * WORD), load<i32>(at, 9 * WORD))
      return 0
    }
    case DRIFT: { steps.drift(a, b, c, base + load<u32>(at, 7 * WORD)); return 0 }
    default: unreachable()
  }
  return 0
}
