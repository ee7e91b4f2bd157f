import fc from 'fast-check'
import { expect, it } from 'vitest'
import { scan } from '../../../../src/node/journal/scan.js'
import { encodeRecord, HEADER, headerOf, place } from '../../../../src/node/journal/segment.js'
import { runs } from '../../../runs.js'

/** The records of a file whose first row has the cursor `first`, each of so many rows. */
const recordsOf = (first: number, counts: readonly number[]): Uint8Array[] => {
  let [at, next] = [HEADER, first]
  return counts.map((count) => {
    const bytes = encodeRecord(new Array(count).fill({ x: 1 }), {})
    place(bytes, at, next)
    at += bytes.length
    next += count
    return bytes
  })
}
const fileOf = (first: number, records: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from([headerOf(first), ...records].flatMap((part) => [...part]))

it('reads all whole records, and takes one that does not follow the one before it for damage', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 6 })
  fc.assert(
    fc.property(fc.nat(9), counts, fc.nat(), (first, sizes, at) => {
      const records = recordsOf(first, sizes)
      const rows = sizes.reduce((sum, size) => sum + size)
      const whole = fileOf(first, records)
      expect(scan(whole)).toMatchObject({ first, next: first + rows, size: whole.length, isDamaged: false })
      const [i, next] = [
        at % (records.length - 1),
        (upTo: number) => sizes.slice(0, upTo).reduce((a, b) => a + b, first),
      ]
      // A record is lost, or stands there twice.
      for (const [given, kept, follows] of [
        [records.filter((_, j) => j !== i), i, next(i + 1)],
        [records.flatMap((each, j) => (j === i ? [each, each] : [each])), i + 1, next(i)],
      ] as const) {
        const found = scan(fileOf(first, given))
        expect(found).toMatchObject({ next: next(kept), isDamaged: true })
        expect(found.records).toHaveLength(kept)
        expect(found.problem).toBe(`at byte ${found.size}, row ${follows} follows row ${next(kept) - 1}`)
      }
    }),
    { numRuns: runs(200) },
  )
})
