import fc from 'fast-check'
import { expect, test } from 'vitest'
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
