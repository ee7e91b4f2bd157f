import { INSTRUCTION, OPCODE, type Opcode } from './abi.js'

export type { Opcode } from './abi.js'
/** The names of the instructions, each at the index that is its opcode. */
export const OPCODES: readonly Opcode[] = Object.keys(OPCODE) as Opcode[]

/**
 * The bytecode of a step consists of flat Int32 words, those of one `INSTRUCTION` after another.
 *
 *     opcode  type  out  a  b  c  n  m  k  flags
 *
 * `out`, `a`, `b` and `c` are byte offsets into the arena, or −1 for none; `n`, `m` and `k` are counts. `type` is the
 * element type of the vectors. Scalars of statistics and schedules are f64 vectors of length 1.
 */
export const WIDTH: number = Object.keys(INSTRUCTION).length

export interface Operands {
  readonly out?: number
  readonly a?: number
  readonly b?: number
  readonly c?: number
  readonly n?: number
  readonly m?: number
  readonly k?: number
  readonly flags?: number
  /** F32 or F64; the default is the program's own type. */
  readonly type?: number
}
const NONE = { out: -1, a: -1, b: -1, c: -1, n: 0, m: 0, k: 0, flags: 0 } as const

export type Emit = (opcode: Opcode, operands: Operands) => void

export const pushInstruction = (code: number[], type: number, opcode: Opcode, operands: Operands): void => {
  const instruction = { type, ...NONE, ...operands, opcode: OPCODE[opcode] }
  for (const word in INSTRUCTION) code.push(instruction[word as keyof typeof INSTRUCTION])
}
