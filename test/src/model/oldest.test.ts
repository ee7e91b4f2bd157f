import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createOldest, type Since } from '../../../src/model/late/oldest.js'
import { runs } from '../../runs.js'

const change = fc.record({
  key: fc.integer({ min: 0, max: 40 }).map(String),
  at: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(-Infinity)),
  does: fc.constantFrom('comes', 'comes', 'goes', 'first goes'),
})

it('finds the entry of the least time among those that are there, of equal ones the one that came first', () => {
  fc.assert(
    fc.property(fc.array(change, { size: 'max', maxLength: 120 }), fc.nat(60), (changes, begin) => {
      const entries = new Map<string, Since>()
      let oldest = createOldest(entries)
      for (const [i, { key: own, at, does }] of changes.entries()) {
        // It may be made anew from what is there.
        if (i === begin) oldest = createOldest(entries)
        const entry = { at }
        const key = does === 'first goes' ? (oldest.first() ?? own) : own
        entries.delete(key)
        if (does === 'comes') {
          entries.set(key, entry)
          oldest.add(key)
        }
        const [first] = [...entries].toSorted(([, a], [, b]) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1))
        expect(oldest.first()).toBe(first?.[0])
        expect(oldest.first((each) => each.at < 0)).toBe(first && first[1].at < 0 ? first[0] : undefined)
      }
    }),
    { numRuns: runs(700) },
  )
})
