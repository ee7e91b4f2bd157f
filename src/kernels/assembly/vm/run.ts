// The virtual machine executes the bytecode of src/program/bytecode.ts over an arena, with the bits of the interpreter.

import { Drift, F32, Instruction, Opcode, Touches } from '../abi'
import * as each from '../math/elementwise'
import * as products from '../matrix/products'
import * as sparse from '../matrix/sparseProducts'
import * as experts from '../step/experts'
import * as nearest from '../step/nearest'
import * as statistics from '../step/statistics'
import * as steps from '../step/steps'
import * as touched from '../step/touched'
import * as shapes from '../vector/shapes'

/** The result of an instruction that has also run the instruction behind it. */
const WITH_NEXT = -1

/**
 * Runs instructions `from` up to `to` over the arena at `base`.
 *
 * @returns 0, or the status that says why it stopped before the end
 */
export function run(code: usize, from: i32, to: i32, base: usize): i32 {
  let at = code + <usize>from * offsetof<Instruction>()
  const end = code + <usize>to * offsetof<Instruction>()
  for (; at < end; at += offsetof<Instruction>()) {
    const given = changetype<Instruction>(at)
    const status = given.type == F32 ? execute<f32>(given, base) : execute<f64>(given, base)
    if (status == 0) continue
    if (status != WITH_NEXT) return status
    at += offsetof<Instruction>()
  }
  return 0
}

/** The instruction behind `touched`, as it is written out for a row. */
const written: usize = memory.data(offsetof<Instruction>(), 16)

/**
 * Runs the instruction at `next` for the listed rows, or for all `rows` where any may be touched: the twin of
 * src/program/touched.ts. `vectors` says which of its addresses belong to vectors as long as θ.
 */
function forTouched(list: usize, rows: i32, vectors: i32, next: usize, base: usize): i32 {
  const one = changetype<Instruction>(written)
  const count = load<f64>(list)
  memory.copy(written, next, offsetof<Instruction>())
  const length = one.n
  const isAdaptive = one.opcode == Opcode.adaptive
  // Where not all of G is kept, every row changes.
  const all = count < 0 || (isAdaptive && load<f64>(base + <usize>one.b) != 1)
  if (all && !isAdaptive) {
    one.n = rows * length
    return run(written, 0, 1, base)
  }
  const bytes = length << (one.type == F32 ? 2 : 3)
  const end = all ? rows : <i32>count
  const flags = i32x4(Touches.out, Touches.a, Touches.b, Touches.c)
  const steps = v128.and(i32x4.splat(bytes), i32x4.eq(v128.and(i32x4.splat(vectors), flags), flags))
  for (let i = 0; i < end; i++) {
    const row = all ? i : <i32>load<f64>(list + 8 + (<usize>i << 3))
    // The words out, a, b and c stand side by side.
    const given = v128.load(next, offsetof<Instruction>("out"))
    v128.store(written, i32x4.add(given, i32x4.mul(steps, i32x4.splat(row))), offsetof<Instruction>("out"))
    const status = run(written, 0, 1, base)
    if (status != 0) return status
  }
  return 0
}

// @ts-ignore: decorator
@inline
function execute<T>(given: Instruction, base: usize): i32 {
  const out = base + <usize>given.out
  const a = base + <usize>given.a
  const b = base + <usize>given.b
  const c = base + <usize>given.c
  const n = given.n
  switch (given.opcode) {
    case Opcode.neg: { each.unary<T>(Opcode.neg, out, a, n); return 0 }
    case Opcode.exp: { each.unary<T>(Opcode.exp, out, a, n); return 0 }
    case Opcode.log: { each.unary<T>(Opcode.log, out, a, n); return 0 }
    case Opcode.sqrt: { each.unary<T>(Opcode.sqrt, out, a, n); return 0 }
    case Opcode.abs: { each.unary<T>(Opcode.abs, out, a, n); return 0 }
    case Opcode.sigmoid: { each.sigmoids<T>(out, a, n); return 0 }
    case Opcode.tanh: { each.tanhs<T>(out, a, n); return 0 }
    case Opcode.relu: { each.relus<T>(out, a, n); return 0 }
    case Opcode.softplus: { each.unary<T>(Opcode.softplus, out, a, n); return 0 }
    case Opcode.copy: { each.unary<T>(Opcode.copy, out, a, n); return 0 }
    case Opcode.add: { each.binary<T>(Opcode.add, out, a, b, n); return 0 }
    case Opcode.sub: { each.binary<T>(Opcode.sub, out, a, b, n); return 0 }
    case Opcode.mul: { each.binary<T>(Opcode.mul, out, a, b, n); return 0 }
    case Opcode.div: { each.binary<T>(Opcode.div, out, a, b, n); return 0 }
    case Opcode.max: { each.binary<T>(Opcode.max, out, a, b, n); return 0 }
    case Opcode.min: { each.binary<T>(Opcode.min, out, a, b, n); return 0 }
    case Opcode.greater: { each.binary<T>(Opcode.greater, out, a, b, n); return 0 }
    case Opcode.pow: { each.binary<T>(Opcode.pow, out, a, b, n); return 0 }
    case Opcode.binaryCrossEntropy: { each.binary<T>(Opcode.binaryCrossEntropy, out, a, b, n); return 0 }
    case Opcode.where: { each.where<T>(out, a, b, c, n); return 0 }
    case Opcode.dense: { products.dense<T>(out, a, b, c, given.c >= 0, n, given.m); return 0 }
    case Opcode.denseInput: { products.denseInput<T>(out, a, b, n, given.m); return 0 }
    case Opcode.outer: { products.outer<T>(out, a, b, n, given.m, false); return 0 }
    case Opcode.outerAdd: { products.outer<T>(out, a, b, n, given.m, true); return 0 }
    case Opcode.matmul: { products.matmul<T>(out, a, b, n, given.m, given.k, given.flags); return 0 }
    case Opcode.sum: { shapes.sum<T>(out, a, n, given.m, given.k); return 0 }
    case Opcode.expand: { shapes.expand<T>(out, a, n, given.m, given.k); return 0 }
    case Opcode.copyBlocks: {
      shapes.copyBlocks<T>(
        out, a, given.b, given.c,
        n, given.m, given.k, given.flags,
      )
      return 0
    }
    case Opcode.fill: {
      const bytes = <usize>n * sizeof<T>()
      // A short stretch, such as a row of a matrix, is not worth a call of the native fill.
      if (n > 64) memory.fill(out, 0, bytes)
      else for (let at: usize = 0; at < bytes; at += sizeof<T>()) store<T>(out + at, <T>0)
      return 0
    }
    case Opcode.logSoftmax: { shapes.logSoftmax<T>(out, a, n, given.k); return 0 }
    case Opcode.scaleBy: {
      if (given.c < 0) each.scaleBy<T>(out, a, <T>load<f64>(b), n)
      else each.decayBy<T>(out, a, <T>load<f64>(b), <T>load<f64>(c), n)
      return 0
    }
    case Opcode.shiftBy: { each.shiftBy<T>(out, a, <T>load<f64>(b), n); return 0 }
    case Opcode.dot: { steps.dot<T>(out, a, b, n); return 0 }
    case Opcode.mulAdd: { each.mulAdd<T>(out, a, b, n); return 0 }
    case Opcode.scale: { statistics.scale<T>(out, a, b, c, given.flags); return 0 }
    case Opcode.commitScale: { statistics.commitScale(a, b, given.flags); return 0 }
    case Opcode.unscale: { statistics.unscale<T>(out, a, b, given.flags); return 0 }
    case Opcode.oneHot: { statistics.oneHot<T>(out, a, n); return 0 }
    case Opcode.cyclic: { statistics.cyclic<T>(out, a, c); return 0 }
    case Opcode.cast: { statistics.cast<T>(out, a, n); return 0 }
    case Opcode.known: { statistics.known<T>(out, a, n); return 0 }
    case Opcode.guard: return steps.guard<T>(a, b, c, n)
    case Opcode.watch: return steps.watch<T>(a, c, n)
    case Opcode.bound: {
      steps.bound(out, a, b, c, base + <usize>given.m, base + <usize>given.k, given.k >= 0, given.flags)
      return 0
    }
    case Opcode.drift: { steps.drift(a, changetype<Drift>(b), c, base + <usize>given.m, base + <usize>given.k, n); return 0 }
    case Opcode.adaptive: {
      steps.adaptive<T>(out, a, b, c, n, base + <usize>given.m, base + <usize>given.k)
      return 0
    }
    case Opcode.descend: { steps.descend<T>(out, a, b, c, n, given.flags); return 0 }
    case Opcode.sparseDense: {
      sparse.sparseDense<T>(out, a, b, c, given.c >= 0, n, given.m, given.k)
      return 0
    }
    case Opcode.sparseAdd: {
      const list = given.c >= 0 ? c : 0
      sparse.sparseAdd<T>(out, a, b, list, n, given.m, given.k, given.flags)
      return 0
    }
    case Opcode.meanOfRows: { experts.meanOfRows(out, a, b, base + <usize>given.m, base + <usize>given.k, n); return 0 }
    case Opcode.weighExperts: { experts.weighExperts<T>(out, a, n, given.flags); return 0 }
    case Opcode.scoreExperts: { experts.scoreExperts(out, a, b, n, given.flags); return 0 }
    case Opcode.look: { steps.look<T>(out, a, n); return 0 }
    case Opcode.sortTouched: { touched.sortTouched(a); return 0 }
    case Opcode.touched: {
      const status = forTouched(a, n, given.flags, changetype<usize>(given) + offsetof<Instruction>(), base)
      return status == 0 ? WITH_NEXT : status
    }
    case Opcode.pick: { store<f64>(out, <f64>load<T>(a + <usize>load<f64>(b))); return 0 }
    case Opcode.remember: { nearest.remember<T>(out, a, b, n, given.m, given.k); return 0 }
    case Opcode.nearest: { nearest.nearest<T>(out, a, b, n, given.m, given.k, given.flags); return 0 }
    default: unreachable()
  }
  return 0
}
