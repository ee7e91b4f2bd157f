import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as barrel from '../../../src/baselines/index.js'
import {
  type Baseline,
  holtWinters,
  linear,
  majorityClass,
  mean,
  noChange,
  seasonalNoChange,
} from '../../../src/baselines/index.js'

const members: Record<string, () => Baseline> = {
  ...{ noChange, mean, majorityClass },
  seasonalNoChange: () => seasonalNoChange(3),
  holtWinters: () => holtWinters({ season: 4 }),
  linear: () => linear({ lags: 2 }),
}
/** Members in other forms. */
const more: Record<string, () => Baseline> = {
  'seasonalNoChange of 1': () => seasonalNoChange(1),
  'holtWinters without seasons': () => holtWinters(),
  'holtWinters, multiplicative': () => holtWinters({ season: 3, seasonal: 'multiplicative' }),
  'linear of 5': () => linear({ lags: 5 }),
}
const target = { regression: fc.integer({ min: -99, max: 99 }), classification: fc.nat(4) }
const weight = fc.constantFrom(1, 1, 2, 0.5, 0)

/** Returns the prediction before each target. */
function predictions<State>(baseline: Baseline<State>, targets: readonly number[]): number[] {
  const state = baseline.init()
  return targets.map((actual) => {
    const predicted = baseline.predict(state)
    baseline.update(state, actual, 1)
    return predicted
  })
}

const cases = Object.entries({ ...members, ...more }).flatMap(([name, make]) =>
  make().tasks.map((task) => [name, task, make(), fc.array(fc.tuple(target[task], weight))] as const),
)

describe.each(cases)('%s, %s', (_, task, baseline, stream) => {
  it('predicts nothing before the first target', () => {
    const first = baseline.predict(baseline.init())
    expect(Number.isNaN(first) || (task === 'classification' && first === -1)).toBe(true)
  })

  it('predicts a finite number or a class after the first target, however far the targets lie apart', () => {
    const wild = fc.oneof(target[task], fc.constantFrom(...(task === 'regression' ? [1e12, -1e12, 0] : [0, 4])))
    fc.assert(
      fc.property(fc.array(wild, { minLength: 1, maxLength: 80 }), (targets) => {
        const state = baseline.init()
        for (const actual of targets) {
          baseline.update(state, actual, 1)
          const predicted = baseline.predict(state)
          expect(Number.isFinite(predicted)).toBe(true)
          if (task === 'classification') expect(predicted).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('keeps a state that does not grow with the stream', () => {
    const state = baseline.init()
    for (let i = 0; i < 5000; i += 1) baseline.update(state, task === 'regression' ? ((i * 7) % 31) - 9 : i % 5, 1)
    expect(JSON.stringify(state).length).toBeLessThan(1500)
  })

  it('predict and probabilities change nothing', () => {
    fc.assert(
      fc.property(stream, (rows) => {
        const state = baseline.init()
        for (const [actual, w] of rows) baseline.update(state, actual, w)
        const before = JSON.stringify(state)
        const first = baseline.predict(state)
        if (task === 'classification') baseline.probabilities?.(state, [])
        expect(baseline.predict(state)).toBe(first)
        expect(JSON.stringify(state)).toBe(before)
      }),
    )
  })

  it('plays rows together as one by one, with the same bits', () => {
    if (!baseline.play) return
    fc.assert(
      fc.property(stream, fc.nat(20), (rows, half) => {
        const [one, together] = [baseline.init(), baseline.init()]
        const seen = rows.map(([actual, w]) => {
          const into: number[] = []
          const predicted = baseline.predict(one)
          if (task === 'classification') baseline.probabilities?.(one, into)
          baseline.update(one, actual, w)
          return { predicted, known: into.length, share: into[actual] }
        })
        // They come in two parts, the second of which finds a state that is not empty.
        for (const [from, to] of [
          [0, Math.min(half, rows.length)],
          [Math.min(half, rows.length), rows.length],
        ] as const) {
          const part = rows.slice(from, to)
          const column = () => new Float64Array(part.length)
          const [predicted, share, known] = [column(), column(), column()]
          const truth = { actual: Float64Array.from(part, ([a]) => a), weight: Float64Array.from(part, ([, w]) => w) }
          baseline.play!(together, { count: part.length, ...truth, predicted, share, known })
          for (const [i, each] of seen.slice(from, to).entries()) {
            expect(predicted[i]).toBe(each.predicted)
            if (task === 'regression' || each.share === undefined) continue
            expect([known[i], share[i]]).toEqual([each.known, each.share])
          }
        }
        expect(JSON.stringify(together)).toBe(JSON.stringify(one))
      }),
    )
  })

  it('a state that is saved, loaded and continued equals one that never stopped', () => {
    fc.assert(
      fc.property(stream, (rows) => {
        const straight = baseline.init()
        let saved = JSON.stringify(straight)
        for (const [actual, w] of rows) {
          baseline.update(straight, actual, w)
          const state = JSON.parse(saved)
          baseline.update(state, actual, w)
          saved = JSON.stringify(state)
          expect(baseline.predict(state)).toBe(baseline.predict(straight))
        }
        expect(saved).toBe(JSON.stringify(straight))
      }),
    )
  })

  it('probabilities are positive and sum to 1, over the classes so far', () => {
    if (task !== 'classification') return
    fc.assert(
      fc.property(stream, (rows) => {
        const state = baseline.init()
        const into = [7, 7, 7, 7, 7, 7, 7, 7]
        for (const [actual] of rows) {
          baseline.update(state, actual, 1)
          baseline.probabilities!(state, into)
          expect(into.every((p) => p > 0 && p <= 1)).toBe(true)
          // With one class, no-change reserves the probability of a change.
          if (into.length > 1) expect(into.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
        }
        expect(rows.length === 0 || into.length === 1 + Math.max(...rows.map(([c]) => c))).toBe(true)
      }),
    )
  })
})

describe('baselines', () => {
  it('are all covered by the laws', () => {
    expect(Object.keys(barrel).sort()).toEqual(Object.keys(members).sort())
  })

  it('no-change repeats the last target, whatever its sign', () => {
    expect(predictions(noChange(), [2.5, -1, 0, 0])).toEqual([Number.NaN, 2.5, -1, 0])
  })

  it('no-change learns how often the class stays', () => {
    const state = noChange().init()
    const into: number[] = []
    for (const c of [0, 0, 0, 1, 2]) noChange().update(state, c, 1)
    noChange().probabilities!(state, into)
    expect(into).toEqual([0.25, 0.25, 0.5]) // The class stayed twice and changed twice: (2 + 1) / (4 + 2).
  })

  it('running mean is the weighted mean of the targets before', () => {
    expect(predictions(mean(), [2, 4, 9, 1])).toEqual([Number.NaN, 2, 3, 5])
    const state = mean().init()
    mean().update(state, 1, 3)
    mean().update(state, 5, 1)
    mean().update(state, 100, 0)
    expect(mean().predict(state)).toBe(2)
  })

  it('running mean keeps its digits beside a large origin', () => {
    const state = mean().init()
    for (let i = 0; i < 100_000; i += 1) mean().update(state, 1e9 + (i % 2), 1)
    expect(mean().predict(state)).toBeCloseTo(1e9 + 0.5, 5)
  })

  it('majority class takes the class of the greatest weight, and of equal ones that of the lowest index', () => {
    expect(predictions(majorityClass(), [2, 1, 1, 2, 0])).toEqual([-1, 2, 1, 1, 1])
    const state = majorityClass().init()
    majorityClass().update(state, 0, 1)
    majorityClass().update(state, 3, 1.5)
    majorityClass().update(state, -1, 9)
    expect([majorityClass().predict(state), state.counts]).toEqual([3, [1, 0, 0, 1.5]])
    const into: number[] = []
    majorityClass().probabilities!(state, into)
    expect(into).toEqual([2 / 6.5, 1 / 6.5, 1 / 6.5, 2.5 / 6.5])
  })
})
