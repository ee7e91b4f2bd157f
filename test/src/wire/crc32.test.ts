import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32 } from '../../../src/wire/crc32.js'

test('the check value is that of the CRC catalogue', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
  expect(crc32(new Uint8Array(0))).toBe(0)
})

test('the checksum agrees with zlib at every length and in pieces', ({ skip }) => {
  skip(zlibCrc32 === undefined, 'This Node has no zlib.crc32.')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(70), (bytes, cut) => {
      const at = Math.min(cut, bytes.length)
      expect(crc32(bytes)).toBe(zlibCrc32(bytes))
      expect(crc32(bytes, at, bytes.length, crc32(bytes, 0, at))).toBe(zlibCrc32(bytes))
    }),
  )
})
