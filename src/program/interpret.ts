import type { Floats } from '../values.js'
import { F64, INSTRUCTION, OPCODE } from './abi.js'
import { type Arithmetic, double, single } from './arithmetic.js'
import { OPCODES, type Opcode, WIDTH } from './bytecode.js'
import { elementwiseKernels } from './elementwise.js'
import type { Arena, Executor, RowBlocks } from './executor.js'
import type { Kernel, Kernels } from './kernel.js'
import { productKernels } from './products.js'
import { statisticsKernels } from './statistics.js'
import { stepKernels } from './steps.js'

export const createArena = (size: number): Arena => {
  let buffer = new ArrayBuffer(0)
  const arena = { i32: new Int32Array(), f32: new Float32Array(), f64: new Float64Array(), bytes: new Uint8Array() }
  const grow = (bytes: number): void => {
    if (bytes <= buffer.byteLength) return
    buffer = new ArrayBuffer((bytes + 15) & ~15)
    const old = arena.bytes
    arena.i32 = new Int32Array(buffer)
    arena.f32 = new Float32Array(buffer)
    arena.f64 = new Float64Array(buffer)
    arena.bytes = new Uint8Array(buffer)
    arena.bytes.set(old)
  }
  grow(size)
  return Object.assign(arena, { grow })
}

/** All kernels of one element type, by opcode, except those that are still to be brought. */
const kernelsOf = (arithmetic: Arithmetic): Kernel[] => {
  const kernels = {
    ...elementwiseKernels(arithmetic),
    ...productKernels(arithmetic),
    ...statisticsKernels(arithmetic),
    ...stepKernels(arithmetic),
  }
  return OPCODES.map(
    (opcode) =>
      kernels[opcode] ??
      (() => {
        throw new Error(`interpret: '${opcode}' has no kernel.`)
      }),
  )
}
// Each type has a set of its own, so that the functions of a set see arrays of one kind only.
const kernels32 = kernelsOf(single)
const kernels64 = kernelsOf(double)

/** Adds kernels that only some programs need, so that they add size only to the bundles of those. */
export const bringKernels = (made: (arithmetic: Arithmetic) => Kernels): void => {
  const bring = (kernels: Kernel[], arithmetic: Arithmetic): void => {
    for (const [opcode, kernel] of Object.entries(made(arithmetic))) kernels[OPCODE[opcode as Opcode]] = kernel
  }
  bring(kernels32, single)
  bring(kernels64, double)
}

/** Yields the instruction behind the `touched` at word `at`, written out for each row. */
export type TouchedRows = (code: Int32Array, at: number, d: Float64Array) => Iterable<Int32Array>

type Views = Pick<Arena, 'f32' | 'f64'>

/**
 * The readable executor of the bytecode: it runs instructions `from` up to `to` over the arena.
 *
 * @returns 0, or the status that says why it stopped before the end (`REFUSED`, `OUT_OF_BOUNDS`)
 */
export const interpret = (code: Int32Array, from: number, to: number, arena: Views): number => {
  const { f32, f64 } = arena
  for (let at = from * WIDTH, end = to * WIDTH; at < end; at += WIDTH) {
    if (code[at] === OPCODE.touched) {
      const status = interpretTouched(code, at, arena)
      if (status) return status
      at += WIDTH
      continue
    }
    const double = code[at + INSTRUCTION.type] === F64
    const kernel = (double ? kernels64 : kernels32)[code[at]]
    const view: Floats = double ? f64 : f32
    const status = kernel(
      view,
      f64,
      code[at + INSTRUCTION.out],
      code[at + INSTRUCTION.a],
      code[at + INSTRUCTION.b],
      code[at + INSTRUCTION.c],
      code[at + INSTRUCTION.n],
      code[at + INSTRUCTION.m],
      code[at + INSTRUCTION.k],
      code[at + INSTRUCTION.flags],
    )
    if (status) return status
  }
  return 0
}

let touchedRows: TouchedRows | undefined
/** Gives the interpreter `touched`, which only programs over sparse rows have. */
export const bringTouched = (rows: TouchedRows): void => {
  touchedRows = rows
}

/** Runs the instruction behind `touched` once for each of the rows, or once over all rows where any may be touched. */
const interpretTouched = (code: Int32Array, at: number, arena: Views): number => {
  for (const instruction of (touchedRows as TouchedRows)(code, at, arena.f64)) {
    const status = interpret(instruction, 0, 1, arena)
    if (status) return status
  }
  return 0
}

/**
 * Runs each instruction for all of the rows before the next instruction.
 *
 * @throws Error when an instruction cannot be run with rows
 */
const interpretRows = (
  code: Int32Array,
  from: number,
  to: number,
  arena: Arena,
  { first, count, start, stride }: RowBlocks,
): number => {
  for (let at = from * WIDTH; at < to * WIDTH; at += WIDTH) {
    const instruction = code.slice(at, at + WIDTH)
    const opcode = instruction[INSTRUCTION.opcode]
    if (opcode >= OPCODE.guard && opcode <= OPCODE.touched)
      throw new Error(`interpret: '${OPCODES[opcode]}' cannot run for rows.`)
    // The addresses among out, a, b and c that belong to a row; the b and c of copyBlocks are counts.
    const moving = (
      opcode === OPCODE.copyBlocks
        ? [INSTRUCTION.out, INSTRUCTION.a]
        : [INSTRUCTION.out, INSTRUCTION.a, INSTRUCTION.b, INSTRUCTION.c]
    ).filter((i) => instruction[i] >= start)
    for (let row = first; row < first + count; row++) {
      for (const i of moving) instruction[i] = code[at + i] + row * stride
      interpret(instruction, 0, 1, arena)
    }
  }
  return 0
}

/** The interpreter as an executor: it runs where WebAssembly is not allowed, and it is there to be read. */
export const interpreter: Executor = {
  name: 'interpreter',
  createArena,
  load: (code, arena) => (from, to, rows) =>
    rows ? interpretRows(code, from, to, arena, rows) : interpret(code, from, to, arena),
}
