import { describe, expect, it } from 'vitest'
import {
  type Foresight,
  foresightAt,
  forgetForesight,
  noteForesight,
  problemOfForesight,
} from '../../../src/metrics/foresight.js'
import type { ScoreboardState } from '../../../src/metrics/scoreboardState.js'

const at = (rows: number): ScoreboardState => ({ rows, unscored: 1, metrics: [], baselines: [], scores: [] })
const expecting = (predicted: number) => () => [{ predicted }]

describe('what baselines expected', () => {
  it('is noted once for all rows that were predicted until they learned another one', () => {
    const kept: Foresight[] = []
    noteForesight(kept, at(0), 3, expecting(10))
    noteForesight(kept, at(0), 5, () => {
      throw new Error('they have learned nothing since')
    })
    noteForesight(kept, at(2), 7, expecting(20))
    expect([3, 5, 6, 7, 9].map((step) => foresightAt(kept, step)?.[0]?.predicted)).toEqual([10, 10, 10, 20, 20])
  })

  it('is the earlier one where a step was refused, so that two have its number', () => {
    const kept: Foresight[] = []
    for (const [rows, step] of [
      [0, 3],
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 6],
    ] as const)
      noteForesight(kept, at(rows), step, expecting(rows))
    expect([3, 4, 5, 6].map((step) => foresightAt(kept, step)?.[0]?.predicted)).toEqual([0, 1, 3, 4])
  })

  it('is forgotten once no row waits that was predicted then, and bounded', () => {
    const kept: Foresight[] = []
    for (let i = 0; i < 6; i++) noteForesight(kept, at(i), 2 * i, expecting(i))
    forgetForesight(kept, 5)
    expect(kept.map(({ step }) => step)).toEqual([4, 6, 8, 10])
    expect(foresightAt(kept, 5)?.[0]?.predicted).toBe(2)
    forgetForesight(kept, 100)
    expect(kept.length).toBe(1)
    for (let i = 6; i < 50_000; i++) noteForesight(kept, at(i), i, expecting(i))
    expect(kept.length).toBeLessThanOrEqual(20_000)
    expect(foresightAt(kept, 0)).toBe(kept[0]?.foreseen)
    expect(foresightAt([], 3)).toBeUndefined()
  })

  it.each([1, 7, 20])('is known of at least the last %s, and of at most twice as many', (most) => {
    const kept: Foresight[] = []
    for (let i = 0; i < 3 * most + 5; i++) {
      noteForesight(kept, at(i), i, expecting(i), most)
      for (let back = 0; back < Math.min(most, i + 1); back++)
        expect(foresightAt(kept, i - back)?.[0]?.predicted).toBe(i - back)
      expect(kept.length).toBeLessThanOrEqual(2 * most)
    }
  })

  it('is refused where it has another form', () => {
    const right = { step: 1, rows: 1, foreseen: [{ predicted: 1 }, { predicted: 0, probabilities: [1] }] }
    expect(problemOfForesight([right], 2)).toBeUndefined()
    expect(problemOfForesight(undefined, 2)).toBeUndefined()
    const [one] = right.foreseen
    for (const wrong of [
      ...[null, 3, {}, [null], [{ ...right, step: 'a' }], [{ ...right, foreseen: {} }]],
      [{ ...right, foreseen: [one] }],
      [{ ...right, foreseen: [one, null] }],
      [{ ...right, foreseen: [one, { predicted: 0, probabilities: 'a' }] }],
    ])
      expect(problemOfForesight(wrong, 2)).toBe('has other expectations of its baselines')
  })
})
