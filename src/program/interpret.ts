import type { Floats } from '../types.js'
import { type Arithmetic, double, single } from './arithmetic.js'
import { F64, OPCODES, WIDTH } from './bytecode.js'
import { elementwiseKernels } from './elementwise.js'
import type { Arena, Executor, RowBlocks } from './executor.js'
import type { Kernel } from './kernel.js'
import { productKernels } from './products.js'
import { statisticsKernels } from './statistics.js'
import { stepKernels } from './steps.js'

export const createArena = (size: number): Arena => {
  let buffer = new ArrayBuffer(0)
  const arena = { f32: new Float32Array(), f64: new Float64Array(), bytes: new Uint8Array() }
  const grow = (bytes: number): void => {
    if (bytes <= buffer.byteLength) return
    buffer = new ArrayBuffer((bytes + 15) & ~15)
    const old = arena.bytes
    arena.f32 = new Float32Array(buffer)
    arena.f64 = new Float64Array(buffer)
    arena.bytes = new Uint8Array(buffer)
    arena.bytes.set(old)
  }
  grow(size)
  return Object.assign(arena, { grow })
}

/** All kernels of one element type, by opcode. */
const kernelsOf = (arithmetic: Arithmetic): readonly Kernel[] => {
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
        throw new Error(`interpret: no kernel for '${opcode}'`)
      }),
  )
}
// one set a type, so that each sees arrays of one kind alone
const kernels32 = kernelsOf(single)
const kernels64 = kernelsOf(double)

const COPY_BLOCKS = OPCODES.indexOf('copyBlocks')
/** From here on an instruction is a window's, not a row's. */
const OF_A_WINDOW = OPCODES.indexOf('guard')
/** One row, where the instructions say. */
const ALONE: RowBlocks = { first: 0, count: 1, start: 0x7fffffff, stride: 0 }

/**
 * The readable executor of the bytecode: runs instructions `from` up to `to` over the arena, each for all rows.
 *
 * @returns 0, or why it stopped before the end (`REFUSED`, `OUT_OF_BOUNDS`)
 * @throws Error when an instruction has no rows
 */
export const interpret = (
  code: Int32Array,
  from: number,
  to: number,
  { f32, f64 }: Pick<Arena, 'f32' | 'f64'>,
  rows: RowBlocks = ALONE,
): number => {
  const { first, count, start, stride } = rows
  for (let at = from * WIDTH, end = to * WIDTH; at < end; at += WIDTH) {
    const opcode = code[at]!
    if (rows !== ALONE && opcode >= OF_A_WINDOW) throw new Error(`interpret: '${OPCODES[opcode]}' has no rows`)
    const double = code[at + 1] === F64
    const kernel = (double ? kernels64 : kernels32)[opcode]!
    const view: Floats = double ? f64 : f32
    // the b and c of these are counts
    const counts = opcode === COPY_BLOCKS
    for (let row = first; row < first + count; row++) {
      const by = row * stride
      const status = kernel(
        view,
        f64,
        moved(code[at + 2]!, start, by),
        moved(code[at + 3]!, start, by),
        counts ? code[at + 4]! : moved(code[at + 4]!, start, by),
        counts ? code[at + 5]! : moved(code[at + 5]!, start, by),
        code[at + 6]!,
        code[at + 7]!,
        code[at + 8]!,
        code[at + 9]!,
      )
      if (status) return status
    }
  }
  return 0
}

/** An address of row 0 as another row's, if it is a row's own. */
const moved = (address: number, start: number, by: number): number => (address >= start ? address + by : address)

/** The interpreter as an executor: where WebAssembly is not allowed, and to be read. */
export const interpreter: Executor = {
  name: 'interpreter',
  createArena,
  load: (code, arena) => (from, to, rows) => interpret(code, from, to, arena, rows),
}
