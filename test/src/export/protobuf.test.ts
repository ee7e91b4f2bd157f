import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeMessage, varint } from '../../../src/export/protobuf.js'
import { runs } from '../../runs.js'

const hex = (bytes: ArrayLike<number>): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join(' ')

describe('Protocol Buffers', () => {
  it('have the bytes of the examples of their documentation', () => {
    expect(hex(encodeMessage([[1, 150]]))).toBe('08 96 01')
    expect(hex(encodeMessage([[2, 'testing']]))).toBe('12 07 74 65 73 74 69 6e 67')
    expect(hex(encodeMessage([[3, [[1, 150]]]]))).toBe('1a 03 08 96 01')
    expect(hex(varint(-2))).toBe('fe ff ff ff ff ff ff ff ff 01')
  })
  it('leave out a field without a value, and keep an empty one', () => {
    expect(
      hex(
        encodeMessage([
          [1, undefined],
          [2, ''],
          [20, new Uint8Array([7])],
        ]),
      ),
    ).toBe('12 00 a2 01 01 07')
  })
  it('have whole numbers as 64 bits, seven in a byte', () => {
    const limit = Number.MAX_SAFE_INTEGER
    const read = (bytes: readonly number[]): bigint =>
      BigInt.asIntN(
        64,
        bytes.reduce((sum, byte, i) => sum + (BigInt(byte & 127) << BigInt(7 * i)), 0n),
      )
    const property = fc.property(fc.maxSafeInteger(), (value) => {
      const bytes = varint(value)
      expect(read(bytes)).toBe(BigInt(value))
      expect(bytes.every((byte, i) => byte < 256 && byte >= 128 === i < bytes.length - 1)).toBe(true)
    })
    fc.assert(property, { numRuns: runs(1000), examples: [[limit], [-limit], [0], [127], [128], [-1]] })
    expect(() => varint(0.5)).toThrow('varint: the number is 0.5; expected a whole one.')
  })
})
