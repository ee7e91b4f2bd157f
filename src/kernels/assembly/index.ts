// The virtual machine: executes the bytecode of src/program/bytecode.ts over an arena, with the interpreter's bits.

import * as each from './elementwise'
import { learnRows } from './learn/index'
import { TYPE } from './learn/words'
import * as products from './products'
import * as statistics from './statistics'
import * as steps from './steps'
import * as touched from './touched'

export { runRows, SCRATCH } from './rows'

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
const ADAPTIVE = 45
const DESCEND = 46
const LOOK = 47
const SORT_TOUCHED = 48
const TOUCHED = 49
const SPARSE_DENSE = 50
const SPARSE_ADD = 51

/** What an instruction gives back that has run the one behind it too. */
const WITH_NEXT = -1

/**
 * Runs instructions `from` up to `to` over the arena at `base`.
 * @returns 0, or why it stopped before the end
 */
export function run(code: usize, from: i32, to: i32, base: usize): i32 {
  let at = code + <usize>from * INSTRUCTION
  const end = code + <usize>to * INSTRUCTION
  for (; at < end; at += INSTRUCTION) {
    const status = load<i32>(at, WORD) == 0 ? execute<f32>(at, base) : execute<f64>(at, base)
    if (status == 0) continue
    if (status != WITH_NEXT) return status
    at += INSTRUCTION
  }
  return 0
}

/**
 * Learns rows one after another: `plan` as src/model/rowPlan.ts makes it, `call` the rows and where their results go.
 * @returns the row it stopped before; why stands in the call
 */
export function learn(code: usize, plan: usize, base: usize, call: usize): i32 {
  return load<i32>(plan + (TYPE << 2)) == 0
    ? learnRows<f32>(code, plan, base, call)
    : learnRows<f64>(code, plan, base, call)
}

// @ts-ignore: decorator
@inline
function execute<T>(at: usize, base: usize): i32 {
  const out = base + load<u32>(at, 2 * WORD)
  const a = base + load<u32>(at, 3 * WORD)
  const b = base + load<u32>(at, 4 * WORD)
  const c = base + load<u32>(at, 5 * WORD)
  const n = load<i32>(at, 6 * WORD)
  switch (load<i32>(at)) {
    case each.NEG: { each.unary<T>(each.NEG, out, a, n); return 0 }
    case each.EXP: { each.unary<T>(each.EXP, out, a, n); return 0 }
    case each.LOG: { each.unary<T>(each.LOG, out, a, n); return 0 }
    case each.SQRT: { each.unary<T>(each.SQRT, out, a, n); return 0 }
    case each.ABS: { each.unary<T>(each.ABS, out, a, n); return 0 }
    case each.SIGMOID: { each.sigmoids<T>(out, a, n); return 0 }
    case each.TANH: { each.tanhs<T>(out, a, n); return 0 }
    case each.RELU: { each.relus<T>(out, a, n); return 0 }
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
    case FILL: {
      // one number is not worth the host's own way
      if (n == 1) store<T>(out, <T>0)
      else memory.fill(out, 0, <usize>n * sizeof<T>())
      return 0
    }
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
      steps.bound<T>(
        out, a, b, c, base + <usize>n, base + load<u32>(at, 7 * WORD), base + load<u32>(at, 8 * WORD), load<i32>(at, 9 * WORD),
      )
      return 0
    }
    case DRIFT: { steps.drift(a, b, c, base + load<u32>(at, 7 * WORD), base + load<u32>(at, 8 * WORD), n); return 0 }
    case ADAPTIVE: {
      steps.adaptive<T>(out, a, b, c, n, base + load<u32>(at, 7 * WORD), base + load<u32>(at, 8 * WORD))
      return 0
    }
    case DESCEND: { steps.descend<T>(out, a, b, c, n, load<i32>(at, 9 * WORD)); return 0 }
    case SPARSE_DENSE: {
      products.sparseDense<T>(out, a, b, c, load<i32>(at, 5 * WORD) >= 0, n, load<i32>(at, 7 * WORD), load<i32>(at, 8 * WORD))
      return 0
    }
    case SPARSE_ADD: {
      const list = load<i32>(at, 5 * WORD) >= 0 ? c : 0
      products.sparseAdd<T>(out, a, b, list, n, load<i32>(at, 7 * WORD), load<i32>(at, 8 * WORD), load<i32>(at, 9 * WORD))
      return 0
    }
    case LOOK: { steps.look<T>(out, a, n); return 0 }
    case SORT_TOUCHED: { touched.sortTouched(a); return 0 }
    case TOUCHED: {
      const status = touched.touched<T>(a, n, at + INSTRUCTION, base)
      return status == 0 ? WITH_NEXT : status
    }
    default: unreachable()
  }
  return 0
}
