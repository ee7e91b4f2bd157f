import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Buckets, createBuckets, dropOldest, insert } from '../../../src/drift/buckets.js'
import type { Direction, DriftDetector } from '../../../src/drift/index.js'
import * as barrel from '../../../src/drift/index.js'
import { problemOfDetector } from '../../../src/drift/problemOfDetector.js'
import { createRandom } from '../../../src/random.js'
import { runs } from '../../runs.js'

const { adwin, ddm, hddmA, hddmW, pageHinkley } = barrel

type Make = (of: { readonly direction?: Direction }) => DriftDetector
/** Each detector with settings for short streams, and with its own. */
const members: Readonly<Record<keyof typeof barrel, Readonly<Record<string, Make>>>> = {
  adwin: {
    'adwin, quick': (of) => adwin({ every: 1, delta: 0.2, ...of }),
    adwin: (of) => adwin(of),
  },
  pageHinkley: {
    'pageHinkley, quick': (of) => pageHinkley({ threshold: 2, wait: 5, fading: 1, ...of }),
    pageHinkley: (of) => pageHinkley(of),
  },
  ddm: { 'ddm, quick': () => ddm({ wait: 5, drift: 2 }), ddm: () => ddm() },
  hddmA: {
    'hddmA, quick': (of) => hddmA({ drift: 0.1, warning: 0.3, ...of }),
    hddmA: (of) => hddmA(of),
  },
  hddmW: {
    'hddmW, quick': (of) => hddmW({ drift: 0.1, warning: 0.3, lambda: 0.2, ...of }),
    hddmW: (of) => hddmW(of),
  },
}
const all = Object.values(members).flatMap((each) => Object.entries(each))
const levelsOf = (detector: DriftDetector, values: readonly number[]): string[] => {
  const state = detector.init()
  return values.map((value) => detector.update(state, value))
}
const stream = (reads: DriftDetector['reads']): fc.Arbitrary<number[]> => {
  const value = reads === 'miss' ? fc.constantFrom(0, 1) : fc.integer({ min: 0, max: 64 }).map((i) => i / 64)
  // Pieces of their own level each, so that there are changes.
  const piece = fc.tuple(fc.boolean(), fc.array(value, { maxLength: 60 }))
  return fc
    .array(piece, { maxLength: 5 })
    .map((pieces) => pieces.flatMap(([high, values]) => values.map((v) => (high ? Math.ceil(v) : v / 2))))
    .map((values) => (reads === 'miss' ? values.map(Math.floor) : values))
}

it('every exported detector is covered', () => {
  expect(Object.keys(members).sort()).toEqual(Object.keys(barrel).sort())
})

describe.each(all)('%s', (name, make) => {
  const detector = make({})
  it('has a state that is saved as JSON, loaded and continued with the same bits, by a detector made anew', () => {
    fc.assert(
      fc.property(stream(detector.reads), (values) => {
        const straight = detector.init()
        let saved = JSON.stringify(straight)
        for (const value of values) {
          const level = detector.update(straight, value)
          const state = JSON.parse(saved)
          expect(make({}).update(state, value)).toBe(level)
          saved = JSON.stringify(state)
        }
        expect(saved).toBe(JSON.stringify(straight))
      }),
      { numRuns: runs(100) },
    )
  })
  it('takes its own state at any value as its own, and refuses one with another name or type', () => {
    fc.assert(
      fc.property(stream(detector.reads), (values) => {
        const state = detector.init()
        for (const value of values) detector.update(state, value)
        const saved = JSON.parse(JSON.stringify(state))
        expect(problemOfDetector(detector, saved)).toBeUndefined()
        for (const name of Object.keys(saved)) {
          const { [name]: _, ...without } = saved
          if ((detector.init() as Record<string, unknown>)[name] !== null)
            expect(problemOfDetector(detector, without)).toMatch(/^has /)
          expect(problemOfDetector(detector, { ...saved, other: 1 })).toMatch(
            /^has 'other' in state; expected the state/,
          )
        }
      }),
      { numRuns: runs(50) },
    )
  })
  it('says nothing of a value that stays the same', () => {
    for (const value of [0, 1])
      expect(new Set(levelsOf(detector, new Array(3000).fill(value)))).toEqual(new Set(['none']))
  })
  it('finds a rise of all values soon, and says so a few times at most', () => {
    const values = [...new Array(500).fill(0), ...new Array(300).fill(1)]
    const drifts = levelsOf(detector, values).flatMap((level, i) => (level === 'drift' ? i : []))
    expect(drifts[0]).toBeGreaterThanOrEqual(500)
    expect(drifts[0]).toBeLessThan(600)
    expect(drifts.length).toBeLessThan(15)
  })
  it('has a state that does not grow with the stream', () => {
    const state = detector.init()
    const random = createRandom(1, 'memory')
    for (let i = 0; i < 20_000; i++) detector.update(state, Number(random.uniform(i) < 0.3))
    expect(JSON.stringify(state).length).toBeLessThan(5000)
  })
  it('raises few false alarms, and misses no large change', () => {
    if (name.includes('quick')) return
    let alarms = 0
    let found = 0
    for (let seed = 0; seed < 20; seed++) {
      const random = createRandom(seed, 'alarms')
      const level = (i: number): number => (i < 2000 ? 0.2 : 0.7)
      const values = Array.from({ length: 2400 }, (_, i) => Number(random.uniform(i) < level(i)))
      const drifts = levelsOf(detector, values).flatMap((each, i) => (each === 'drift' ? i : []))
      alarms += drifts.filter((i) => i < 2000).length
      if (drifts.some((i) => i >= 2000 && i < 2300)) found++
    }
    expect(found).toBe(20)
    // In 40,000 rows that do not change; DDM is known for more.
    expect(alarms).toBeLessThanOrEqual(detector.name === 'ddm' ? 20 : 6)
  })
})

describe.each(all.filter(([name]) => !name.startsWith('ddm')))('%s has a direction', (_, make) => {
  const values = (from: number, to: number): number[] => [...new Array(500).fill(from), ...new Array(300).fill(to)]
  const drifts = (direction: Direction, from: number, to: number): boolean =>
    levelsOf(make({ direction }), values(from, to)).includes('drift')
  it.each([
    ['up', true, false],
    ['down', false, true],
    ['both', true, true],
  ] as const)('%s', (direction, rise, fall) => {
    expect([drifts(direction, 0, 1), drifts(direction, 1, 0)]).toEqual([rise, fall])
  })
  it('and what is found up is found down in the mirror', () => {
    fc.assert(
      fc.property(stream(make({}).reads), (given) => {
        const mirrored = given.map((value) => 1 - value)
        const [up, down] = [levelsOf(make({ direction: 'up' }), given), levelsOf(make({ direction: 'down' }), mirrored)]
        expect(down).toEqual(up)
      }),
      { numRuns: runs(100) },
    )
  })
})

describe('the window of ADWIN', () => {
  it('is refused where its width is not that of its buckets, or where they are not as they are left', () => {
    const detector = adwin({ every: 1 })
    const state = detector.init()
    for (let i = 0; i < 100; i++) detector.update(state, i % 2)
    const { levels, width } = state
    const [first] = levels as [(typeof levels)[0]]
    for (const wrong of [
      { width: width + 1 },
      { width: width - 1 },
      { levels: [...levels, { sums: [], variances: [] }] },
      { levels: [{ ...first, variances: [] }, ...levels.slice(1)] },
      { levels: [{ sums: new Array(6).fill(0), variances: new Array(6).fill(0) }, ...levels.slice(1)] },
    ])
      expect(problemOfDetector(detector, { ...state, ...wrong })).toMatch(/^has .*; expected the state of adwin$/)
  })
  it('holds the sum and the squares of its newest values, whatever was dropped', () => {
    const value = fc.integer({ min: -50, max: 50 })
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.boolean()), { minLength: 1, maxLength: 200 }), (events) => {
        const window: Buckets = createBuckets()
        const values: number[] = []
        for (const [next, drop] of events) {
          values.push(next)
          insert(window, next, 5)
          if (drop && window.width > 20) dropOldest(window)
          const kept = values.slice(values.length - window.width)
          const mean = kept.reduce((a, b) => a + b, 0) / kept.length
          const squares = kept.reduce((a, b) => a + (b - mean) ** 2, 0)
          expect(window.total).toBe(kept.reduce((a, b) => a + b, 0))
          expect(Math.abs(window.variance - squares)).toBeLessThan(1e-8 * (1 + squares))
          // Buckets of one size number at most five, and their sizes add up.
          expect(window.levels.every(({ sums }) => sums.length <= 5)).toBe(true)
          expect(window.levels.reduce((n, { sums }, level) => n + sums.length * 2 ** level, 0)).toBe(window.width)
        }
      }),
      { numRuns: runs(100) },
    )
  })
  it('keeps what came after a change, and drops what came before', () => {
    const detector = adwin()
    const state = detector.init()
    for (let i = 0; i < 2000; i++) detector.update(state, i < 1000 ? 0.1 : 0.9)
    expect(state.width).toBeGreaterThan(900)
    expect(state.width).toBeLessThan(1100)
    expect(state.total / state.width).toBeGreaterThan(0.85)
  })
})

it('Page-Hinkley does not depend on the unit of the values', () => {
  const random = createRandom(5, 'unit')
  const values = Array.from({ length: 600 }, (_, i) => random.normal(i) + (i > 300 ? 2 : 0))
  const of = (unit: number) =>
    levelsOf(
      pageHinkley({ delta: 0.1 * unit, threshold: 20 * unit }),
      values.map((v) => v * unit),
    )
  expect(of(1024)).toEqual(of(1))
  expect(of(1)).toContain('drift')
})

it.each<[string, () => unknown]>([
  ['adwin: delta is 0; expected a probability between 0 and 1', () => adwin({ delta: 0 })],
  ['adwin: every is 0; expected a whole number of at least 1', () => adwin({ every: 0 })],
  ["adwin: direction is 'left'; expected one of up, down, both.", () => adwin({ direction: 'left' as never })],
  ['pageHinkley: threshold is 0; expected a number above 0.', () => pageHinkley({ threshold: 0 })],
  ['pageHinkley: delta is -1; expected a number of at least 0.', () => pageHinkley({ delta: -1 })],
  ['pageHinkley: fading is 2; expected a number above 0 and at most 1.', () => pageHinkley({ fading: 2 })],
  ['pageHinkley: wait is 0; expected a whole number of at least 1.', () => pageHinkley({ wait: 0 })],
  ['ddm: warning is 4 and drift 3; expected numbers above 0', () => ddm({ warning: 4 })],
  ['ddm: wait is 0.5; expected a whole number of at least 1.', () => ddm({ wait: 0.5 })],
  ['hddmA: drift is 0.5 and warning 0.005; expected probabilities', () => hddmA({ drift: 0.5 })],
  ['hddmW: drift is 0 and warning 0.005; expected probabilities', () => hddmW({ drift: 0 })],
  ['hddmW: lambda is 0; expected a number above 0 and at most 1.', () => hddmW({ lambda: 0 })],
])('%s', (message, make) => {
  expect(make).toThrow(message)
})
