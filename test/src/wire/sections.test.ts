import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32 } from '../../../src/wire/crc32.js'
import { decodeFrame, encodeFrame, FrameError, type Section } from '../../../src/wire/index.js'
import { runs } from '../../runs.js'

// A frame's sections name the elements of a region that they contain: each element at most once, and in order. A hostile
// sender can give any content a valid checksum, so the reader checks it.

const types = fc.constantFrom(
  { region: 'parameters', element: 'f32', width: 4 } as const,
  { region: 'parameters', element: 'f64', width: 8 } as const,
  { region: 'statistics', element: 'f64', width: 8 } as const,
)
const section: fc.Arbitrary<Section> = fc
  .record({ type: types, start: fc.oneof(fc.nat(6), fc.constant(2 ** 53 - 1)), count: fc.nat(4) })
  .map(({ type: { region, element, width }, start, count }) => ({
    ...{ region, element, codec: 'raw', start, count },
    bytes: Uint8Array.from({ length: count * width }, (_, i) => i + 1),
  }))

/** Tells whether no element is in two of them, or follows one with a higher place. */
const isOrdered = (sections: readonly Section[]): boolean => {
  const ends = new Map<string, number>()
  return sections.every(({ region, start, count }) => {
    const free = start >= (ends.get(region) ?? 0) && Number.isSafeInteger(start + count)
    ends.set(region, start + count)
    return free
  })
}

test('sections that share elements or are out of order are refused, and all others are decoded as they were', () => {
  const seen = { good: 0, bad: 0 }
  fc.assert(
    fc.property(fc.array(section, { maxLength: 5 }), (sections) => {
      const frame = encodeFrame({ kind: 'publication', step: 7, epoch: 1, layout: 2, sections })
      if (isOrdered(sections)) {
        seen.good++
        expect(decodeFrame(frame).sections).toEqual(sections)
      } else {
        seen.bad++
        expect(() => decodeFrame(frame)).toThrow(FrameError)
      }
    }),
    { numRuns: runs(3000) },
  )
  expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(runs(100))
})

test('a header with any other byte is refused, also where its checksum is made anew, unless the byte says a number', () => {
  const frame = encodeFrame({ kind: 'publication', step: 7, epoch: 1, layout: 2, sections: [] })
  const numbers = { step: [8, 16], epoch: [24, 28], layout: [28, 32], checksum: [32, 36] } as const
  const isOfNumber = (at: number): boolean => Object.values(numbers).some(([from, to]) => at >= from && at < to)
  for (let at = 0; at < 40; at++) {
    const changed = frame.slice()
    changed[at] = (changed[at] as number) ^ 0x55
    const sum = crc32(changed, 36, changed.length, crc32(changed, 0, 32))
    if (at < 32 || at >= 36) new DataView(changed.buffer).setUint32(32, sum, true)
    if (isOfNumber(at) && at < 32) expect(() => decodeFrame(changed), `byte ${at}`).not.toThrow(/checksum|begin/)
    else expect(() => decodeFrame(changed), `byte ${at}`).toThrow(FrameError)
  }
})
