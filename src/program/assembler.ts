import type { Precision } from '../values.js'
import { F32, F64 } from './abi.js'
import { type Emit, type Opcode, type Operands, pushInstruction, WIDTH } from './bytecode.js'

/** A region of the arena that grows while the program is laid out. */
export interface Region {
  readonly base: number
  readonly bytes: number
  /** Reserves room for n elements of the region's type, and returns its address. */
  take(n: number): number
}

export const createRegion = (base: number, elementBytes: number): Region => {
  let bytes = 0
  return {
    base,
    get bytes() {
      return bytes
    },
    take(n) {
      const address = base + bytes
      bytes += n * elementBytes
      return address
    },
  }
}

export const bytesOf = (precision: Precision): 4 | 8 => (precision === 'f32' ? 4 : 8)
export const typeOf = (precision: Precision): number => (precision === 'f32' ? F32 : F64)
export const align = (address: number): number => (address + 15) & ~15

/** Numbers that the arena holds from the start. */
export interface Constant {
  readonly address: number
  readonly type: number
  readonly values: readonly number[]
}

/** Collects instructions, and remembers where named segments of them begin and end. */
export interface Assembler {
  readonly emit: Emit
  segment(name: string, body: () => void): void
  finish(): { code: Int32Array; segments: Readonly<Record<string, readonly [from: number, to: number]>> }
}

export const createAssembler = (type: number): Assembler => {
  const code: number[] = []
  const segments: Record<string, readonly [number, number]> = {}
  return {
    emit: (opcode: Opcode, operands: Operands) => pushInstruction(code, type, opcode, operands),
    segment(name, body) {
      const from = code.length / WIDTH
      body()
      segments[name] = [from, code.length / WIDTH]
    },
    finish: () => ({ code: Int32Array.from(code), segments }),
  }
}
