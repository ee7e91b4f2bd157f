/**
 * The bytecode of a step: flat Int32 words, ten to an instruction.
 *
 *     opcode  type  out  a  b  c  n  m  k  flags
 *
 * `out`, `a`, `b`, `c` are byte offsets into the arena (−1: none); `n`, `m`, `k` are counts. `type` is the element type
 * of the vectors; scalars of statistics and schedules are f64 vectors of length 1.
 */
export const WIDTH = 10
export const F32 = 0
export const F64 = 1

// biome-ignore format: families, a line each
const opcodes = [
  // elementwise, n elements
  'neg', 'exp', 'log', 'sqrt', 'abs', 'sigmoid', 'tanh', 'relu', 'softplus', 'copy',
  'add', 'sub', 'mul', 'div', 'max', 'min', 'greater', 'pow', 'binaryCrossEntropy', 'where',
  // products and sums
  'dense', 'denseInput', 'outer', 'outerAdd', 'matmul', 'sum', 'expand', 'copyBlocks', 'fill', 'logSoftmax',
  // a vector and an f64 scalar
  'scaleBy', 'shiftBy', 'dot', 'mulAdd',
  // statistics
  'scale', 'commitScale', 'unscale', 'oneHot', 'cyclic', 'cast', 'known',
  // the step
  'guard', 'watch', 'bound', 'drift', 'adaptive', 'descend', 'look',
  // the rows of a matrix that a window touched: the instruction behind it is for these alone
  'sortTouched', 'touched',
  // products with the few rows of a matrix that a sparse row names; of a row, not of the step
  'sparseDense', 'sparseAdd',
] as const

export type Opcode = (typeof opcodes)[number]
/** Every instruction there is. Its place is its opcode. */
export const OPCODES: readonly Opcode[] = opcodes
const opcodeOf: Readonly<Record<Opcode, number>> = Object.fromEntries(
  OPCODES.map((name, code) => [name, code]),
) as Record<Opcode, number>

export interface Operands {
  readonly out?: number
  readonly a?: number
  readonly b?: number
  readonly c?: number
  readonly n?: number
  readonly m?: number
  readonly k?: number
  readonly flags?: number
  /** F32 or F64; the program's own type when left out. */
  readonly type?: number
}

export type Emit = (opcode: Opcode, operands: Operands) => void

export const pushInstruction = (code: number[], type: number, opcode: Opcode, operands: Operands): void => {
  const { out = -1, a = -1, b = -1, c = -1, n = 0, m = 0, k = 0, flags = 0 } = operands
  code.push(opcodeOf[opcode], operands.type ?? type, out, a, b, c, n, m, k, flags)
}
