// Runs a program for many rows at once, instruction by instruction: a layer is one product of matrices, and anything
// else goes row by row.

import { F32, Instruction, Opcode } from '../abi'
import { dots, fitsPanels } from '../matrix/dots'
import { gemm } from '../matrix/gemm'
import { LISTED_DEPTH, listedColumns, listedRows, mostlyNot } from '../matrix/listed'
import { fitsListed, listedInputs } from '../matrix/listedInputs'
import { finite, isZero } from '../vector/checks'
import { run } from './run'
import { BLOCK, PANEL, TILE } from '../matrix/pack'
import * as products from '../matrix/products'
import * as statistics from '../step/statistics'

/** Fewer rows than this are run one by one. */
const FEW = 4
/** The number of rows whose instructions are written out at a time. */
const AT_ONCE = 64
/** The bytes of scratch memory that a run needs: a product's blocks, then the rows' instructions. */
export const SCRATCH: i32 = <i32>(BLOCK + PANEL + TILE + AT_ONCE * offsetof<Instruction>())

/**
 * Runs instructions `from` up to `to` over the arena at `base`, each for `count` rows. What stands from `start` on
 * belongs to a row, and lies `stride` bytes further on for the next row (src/program/executor.ts).
 */
export function runRows(
  code: usize, from: i32, to: i32, base: usize, first: i32, count: i32, start: i32, stride: i32, scratch: usize,
): i32 {
  let at = code + <usize>from * offsetof<Instruction>()
  const end = code + <usize>to * offsetof<Instruction>()
  for (; at < end; at += offsetof<Instruction>()) {
    const given = changetype<Instruction>(at)
    const op = given.opcode
    if (op >= Opcode.guard && op <= Opcode.touched) unreachable()
    const outStep = given.out >= start ? stride : 0
    const aStep = given.a >= start ? stride : 0
    // The b and c of copyBlocks are counts, not addresses.
    const bStep = op != Opcode.copyBlocks && given.b >= start ? stride : 0
    const cStep = op != Opcode.copyBlocks && given.c >= start ? stride : 0
    const done =
      given.type == F32
        ? together<f32>(given, base, outStep, aStep, bStep, cStep, first, count, scratch)
        : together<f64>(given, base, outStep, aStep, bStep, cStep, first, count, scratch)
    if (!done) rowByRow(at, base, outStep, aStep, bStep, cStep, first, count, scratch + BLOCK + PANEL + TILE)
  }
  return 0
}

/** Writes out the instruction with each row's addresses, and runs the results. */
function rowByRow(
  at: usize, base: usize, outStep: i32, aStep: i32, bStep: i32, cStep: i32, first: i32, count: i32, written: usize,
): void {
  const steps = i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0), 2, outStep), 3, aStep)
  const moreSteps = i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0), 0, bStep), 1, cStep)
  // The words of an instruction are opcode, type, out, a; b, c, n, m; k, flags.
  let words = i32x4.add(v128.load(at), i32x4.mul(steps, i32x4.splat(first)))
  let more = i32x4.add(v128.load(at, 16), i32x4.mul(moreSteps, i32x4.splat(first)))
  const last = load<i64>(at, 32)
  for (let row = 0; row < count; row += AT_ONCE) {
    const some = min(AT_ONCE, count - row)
    const end = written + <usize>some * offsetof<Instruction>()
    for (let to = written; to < end; to += offsetof<Instruction>()) {
      v128.store(to, words)
      v128.store(to, more, 16)
      store<i64>(to, last, 32)
      words = i32x4.add(words, steps)
      more = i32x4.add(more, moreSteps)
    }
    run(written, 0, some, base)
  }
}

/**
 * Runs an instruction for all rows at once where that pays off: the instructions of a layer, or `scale`.
 *
 * @returns whether it did
 */
function together<T>(
  given: Instruction, base: usize, outStep: usize, aStep: usize, bStep: usize, cStep: usize, first: i32, count: i32, scratch: usize,
): bool {
  const op = given.opcode
  if (op != Opcode.dense && op != Opcode.denseInput && op != Opcode.outerAdd && op != Opcode.scale) return false
  if (count < FEW || aStep == 0) return false
  const out = base + <usize>given.out + <usize>first * outStep
  const a = base + <usize>given.a + <usize>first * aStep
  const b = base + <usize>given.b + <usize>first * bStep
  const c = base + <usize>given.c + <usize>first * cStep
  const n = given.n
  const m = given.m
  if (op == Opcode.outerAdd) {
    if (outStep != 0 || bStep == 0) return false
    let leaving = false
    for (let row = 0; row < count; row++) if (!finite<T>(b + <usize>row * bStep, m)) leaving = true
    const step = <usize>m * sizeof<T>()
    if (sizeof<T>() == 4 && !leaving && count <= LISTED_DEPTH && m >= 16 && mostlyNot<f32>(b, bStep, m, count)) {
      // The result starts from 0, and every term that is left out is 0, so the listed terms give the whole result.
      let listed = isZero(out, <usize>n * step)
      for (let row = 0; row < count && listed; row++) if (!finite<T>(a + <usize>row * aStep, n)) listed = false
      if (listed) {
        listedColumns(out, step, a, aStep, b, bStep, n, m, count, scratch)
        return true
      }
    }
    gemm<T>(out, step, a, aStep, true, b, bStep, n, m, count, leaving, scratch)
    return true
  }
  if (outStep == 0 || bStep != 0) return false
  if (op == Opcode.dense) {
    if (m < 4 || cStep != 0) return false
    denseTogether<T>(out, outStep, a, aStep, b, c, given.c >= 0, n, m, count, scratch)
    return true
  }
  if (op == Opcode.scale) {
    if (cStep != 0) return false
    statistics.scaleRows<T>(out, outStep, a, aStep, b, c, given.flags, count)
    return true
  }
  if (sizeof<T>() == 4 && n >= 16 && fitsListed(m) && mostlyNot<f32>(a, aStep, m, count) && finite<T>(b, n * m)) {
    listedInputs(out, outStep, a, aStep, b, count, n, m, scratch)
    return true
  }
  if (!fitsPanels<T>(m)) return false
  dots<T>(out, outStep, a, aStep, b, count, n, m, scratch)
  return true
}

/** Y = XW + b. */
function denseTogether<T>(
  y: usize, yStep: usize, x: usize, xStep: usize, w: usize, b: usize, hasBias: bool, n: i32, m: i32, count: i32,
  scratch: usize,
): void {
  const bytes = <usize>m * sizeof<T>()
  for (let at: usize = 0; at < bytes; at += sizeof<T>()) store<T>(y + at, hasBias ? <T>(<T>0 + load<T>(b + at)) : <T>0)
  for (let row = 1; row < count; row++) memory.copy(y + <usize>row * yStep, y, bytes)
  if (sizeof<T>() == 4 && m >= 16 && mostlyNot<f32>(x, xStep, n, count)) {
    listedRows(y, yStep, x, xStep, w, bytes, count, m, n, scratch)
    return
  }
  gemm<T>(y, yStep, x, xStep, false, w, bytes, count, m, n, false, scratch)
  // Where a result is not finite, 0·∞ may be among its terms, and such a term has to be left out; those rows are run
  // one by one.
  for (let row = 0; row < count; row++) {
    const to = y + <usize>row * yStep
    if (!finite<T>(to, m)) products.dense<T>(to, x + <usize>row * xStep, w, b, hasBias, n, m)
  }
}
