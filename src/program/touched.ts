import { F64, INSTRUCTION, OPCODE, TOUCHES } from './abi.js'
import { WIDTH } from './bytecode.js'

/**
 * The largest number of rows that a list of touched rows has room for.
 *
 * Such a list says which rows of a very large matrix a window's gradient touched: an f64 count, then their indices.
 * `sparseAdd` notes them as it adds, and `sortTouched` sorts them and keeps each once. A count of `ANY` stands for
 * gradients from elsewhere, and for windows that touch more rows than the list has room for.
 */
export const MOST_TOUCHED = 8192

/** The addresses of an instruction, each with the flag of `touched` that says that it is one of a vector as long as θ. */
const VECTORS = [
  [INSTRUCTION.out, TOUCHES.out],
  [INSTRUCTION.a, TOUCHES.a],
  [INSTRUCTION.b, TOUCHES.b],
  [INSTRUCTION.c, TOUCHES.c],
] as const

/**
 * Yields the instruction behind the `touched` at word `at` (list at a, n rows of the matrix), written out for each row.
 * Where any row may be touched, it is one instruction over all rows, except `adaptive`, whose sums belong to a row.
 * `adaptive` also covers all rows where not all of G is kept.
 */
export function* touchedRows(code: Int32Array, at: number, d: Float64Array): Generator<Int32Array> {
  const list = code[at + INSTRUCTION.a] >> 3
  const rows = code[at + INSTRUCTION.n]
  const vectors = code[at + INSTRUCTION.flags]
  const given = code.subarray(at + WIDTH, at + 2 * WIDTH)
  const length = given[INSTRUCTION.n]
  const isAdaptive = given[INSTRUCTION.opcode] === OPCODE.adaptive
  const all = d[list] < 0 || (isAdaptive && d[given[INSTRUCTION.b] >> 3] !== 1)
  const instruction = given.slice()
  if (all && !isAdaptive) {
    instruction[INSTRUCTION.n] = rows * length
    yield instruction
    return
  }
  const bytes = length * (given[INSTRUCTION.type] === F64 ? 8 : 4)
  const count = all ? rows : d[list]
  for (let i = 0; i < count; i++) {
    const row = all ? i : d[list + 1 + i]
    for (const [word, flag] of VECTORS) if (vectors & flag) instruction[word] = given[word] + row * bytes
    yield instruction
  }
}
