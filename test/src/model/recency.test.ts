import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRecency, type Linked } from '../../../src/model/recency.js'
import { runs } from '../../runs.js'

it('keeps items in the order in which they were last seen, as a plain list does', () => {
  const act = fc.tuple(fc.constantFrom('add', 'touch', 'touch', 'remove'), fc.nat(20))
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const recency = createRecency<number>()
      let list: Linked<number>[] = []
      acts.forEach(([what, at], i) => {
        const link = list[at % Math.max(1, list.length)]
        if (what === 'add') list.push(recency.add(i))
        else if (link) {
          list = list.filter((other) => other !== link)
          if (what === 'touch') {
            recency.touch(link)
            list.push(link)
          } else recency.remove(link)
        }
        const [older, newer]: number[][] = [[], []]
        for (let each = recency.oldest; each; each = each.newer) older!.push(each.item)
        for (let each: Linked<number> | undefined = list.at(-1); each; each = each.older) newer!.unshift(each.item)
        expect(older).toEqual(list.map(({ item }) => item))
        expect(newer).toEqual(older)
        expect(recency.size).toBe(list.length)
      })
    }),
    { numRuns: runs(300) },
  )
})
