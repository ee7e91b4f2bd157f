import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circuit } from '../../../src/circuit/build.js'
import { numeric } from '../../../src/features/numeric.js'
import { squared } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { sgd } from '../../../src/optimizers/index.js'
import { runs } from '../../runs.js'
import { columnsOf } from './columns.js'

interface Spread {
  readonly mean: number
  readonly sd: number
}
/** The mean and standard deviation of a column's numbers so far, each from its definition. */
const spreads: Readonly<Record<'exponential' | 'standard', (seen: readonly number[]) => Spread>> = {
  standard: (seen) => {
    const mean = seen.reduce((sum, x) => sum + x, 0) / seen.length
    return { mean, sd: Math.sqrt(seen.reduce((sum, x) => sum + (x - mean) ** 2, 0) / seen.length) }
  },
  // These are weights: each row's share is multiplied by 1 − a with every row after it.
  exponential: (seen) => {
    let weights: number[] = []
    seen.forEach((_, i) => {
      const a = Math.max(1 / (i + 1), 0.001)
      weights = [...weights.map((w) => w * (1 - a)), a]
    })
    const mean = seen.reduce((sum, x, i) => sum + weights[i]! * x, 0)
    return { mean, sd: Math.sqrt(seen.reduce((sum, x, i) => sum + weights[i]! * (x - mean) ** 2, 0)) }
  },
}
type Scale = keyof typeof spreads

/** The number that a scaler takes for x: with recent rows weighing more, one beyond 30σ counts as 6σ. */
const takenFor = (scale: Scale, taken: readonly number[], x: number): number => {
  if (scale !== 'exponential' || taken.length < 4) return x
  const { mean, sd } = spreads[scale](taken)
  const isFar = Math.abs(x - mean) > 30 * sd && sd > 1e-14 * Math.abs(mean)
  return isFar ? mean + Math.sign(x - mean) * 6 * sd : x
}
const takenOf = (scale: Scale, xs: readonly number[]): number[] => {
  const taken: number[] = []
  for (const x of xs) taken.push(takenFor(scale, taken, x))
  return taken
}
/** z of x by the rows before it, and by x itself too if it advances the statistics first. */
const zOf = (scale: Scale, before: readonly number[], x: number, advances = true): number => {
  const taken = takenOf(scale, before)
  const value = takenFor(scale, taken, x)
  const seen = advances ? [...taken, value] : taken
  const { mean, sd } = spreads[scale](seen)
  return seen.length === 0 || !(sd > 1e-14 * Math.abs(mean)) ? 0 : (value - mean) / sd
}
const scales = Object.keys(spreads) as Scale[]
const stream = fc.array(
  fc.double({ min: -50, max: 50, noNaN: true }).map((x) => Math.round(x * 8) / 8),
  { minLength: 1, maxLength: 40 },
)
const close = (ours: number, theirs: number): void =>
  expect(Math.abs(ours - theirs)).toBeLessThan(1e-9 * Math.max(1, Math.abs(theirs)))

describe.each(scales)('%s', (scale) => {
  const field = () => numeric({ scale, clip: Infinity })
  it('reads a row by the rows before it and itself, whether it is learned in a window or alone', () => {
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 6 }), (xs, b) => {
        const { read, commit, model } = columnsOf({ x: field() }, 1)
        for (let i = 0; i < xs.length; i += b) {
          const [before, window] = [xs.slice(0, i), xs.slice(i, i + b)]
          for (const x of window) close(read({ x })[0]!, zOf(scale, before, x))
          // The rows of a window do not affect one another, and are read as predict reads them.
          const expected = window.map((x) => read({ x })[0]!)
          expect([...commit(...window.map((x) => ({ x }))).learned.predictions!.values]).toEqual(expected)
        }
        expect(model.counters.learned).toBe(xs.length)
      }),
      { numRuns: runs(300) },
    )
  })
  it("'afterPrediction' reads it by the rows before it alone", () => {
    fc.assert(
      fc.property(stream, (xs) => {
        const { read, commit } = columnsOf({ x: field() }, 1, { statistics: 'afterPrediction' })
        xs.forEach((x, i) => {
          close(read({ x })[0]!, zOf(scale, xs.slice(0, i), x, false))
          commit({ x })
        })
      }),
      { numRuns: runs(200) },
    )
  })
  it('a constant column is read as 0, however large it is', () => {
    for (const x of [0, 1, 0.1, -3e7, 1e150]) {
      const { read, commit } = columnsOf({ x: field() }, 1)
      for (let i = 0; i < 20; i++) {
        expect(read({ x })).toEqual([0])
        commit({ x })
      }
    }
  })
  it('does not depend on the unit or the zero point of its column', () => {
    fc.assert(
      fc.property(stream, fc.constantFrom(1e-6, 0.125, 3, 1e6), fc.constantFrom(0, -7, 1000), (xs, unit, zero) => {
        const [one, other] = [columnsOf({ x: field() }, 1), columnsOf({ x: field() }, 1)]
        for (const x of xs) {
          const moved = unit * (x + zero)
          expect(other.read({ x: moved })[0]).toBeCloseTo(one.read({ x })[0]!, 6)
          one.commit({ x })
          other.commit({ x: moved })
        }
      }),
      { numRuns: runs(200) },
    )
  })
  it('clips at its setting, and by default at ±5 only where recent rows weigh more', () => {
    const spike = (clip?: number) => {
      const { read, commit } = columnsOf({ x: numeric({ scale, ...(clip !== undefined && { clip }) }) }, 1)
      for (let i = 0; i < 400; i++) commit({ x: i % 2 })
      // 28σ away on both sides: a number that is trusted
      return [read({ x: 14.5 })[0]!, read({ x: -13.5 })[0]!]
    }
    const free = spike(Infinity)
    expect(free[0]).toBeGreaterThan(15)
    expect(spike(2)).toEqual([2, -2])
    expect(spike()).toEqual(scale === 'exponential' ? [5, -5] : free)
  })
  it('a target is predicted as μ + σo of the rows before, and learned as z with its own row, never clipped', () => {
    const o = 0.75
    const make = () =>
      createModel({
        features: { one: numeric({ scale: 'none' }) },
        target: { y: numeric({ scale }) },
        circuit: circuit(({ input, weight, mul }) => ({ o: mul(weight('w', { initial: o }), input('one')) })),
        optimizer: sgd({ learningRate: 0 }),
        loss: squared(),
      }) as Model
    const check = (ys: readonly number[]): number => {
      const model = make()
      let last = 0
      ys.forEach((y, i) => {
        const seen = ys.slice(0, i)
        const { mean, sd } = i > 0 ? spreads[scale](takenOf(scale, seen)) : { mean: 0, sd: 0 }
        close(model.predict({ one: 1 }).value as number, mean + sd * o)
        last = zOf(scale, seen, y)
        close(model.learn({ one: 1, y }).losses, (o - last) ** 2 / 2)
      })
      return last
    }
    fc.assert(
      fc.property(stream, (ys) => void check(ys)),
      { numRuns: runs(200) },
    )
    // a target is not clipped at 5σ, but a number beyond 30σ is no target to be trusted either
    expect(check([...Array.from({ length: 100 }, (_, i) => i % 2), 14])).toBeGreaterThan(7)
    const wild = check([...Array.from({ length: 100 }, (_, i) => i % 2), 1e5])
    if (scale === 'exponential') expect(wild).toBeLessThan(6)
    else expect(wild).toBeGreaterThan(9)
  })
})

it.each(scales)('%s follows its formula beyond a thousand rows', (scale) => {
  const xs = Array.from({ length: 2500 }, (_, i) => Math.sin(i) + i / 1000)
  const { read, commit } = columnsOf({ x: numeric({ scale, clip: Infinity }) }, 1)
  for (const x of xs) commit({ x })
  const { mean, sd } = spreads[scale]([...xs, 3.5])
  close(read({ x: 3.5 })[0]!, (3.5 - mean) / sd)
})

it('recent rows weigh more after the first thousand rows', () => {
  const after = (scale: 'exponential' | 'standard'): number => {
    const { read, commit } = columnsOf({ x: numeric({ scale, clip: Infinity }) }, 1)
    for (let i = 0; i < 4000; i++) commit({ x: (i % 2) + (i < 2000 ? 0 : 10) })
    return read({ x: 10.5 })[0]!
  }
  expect(after('exponential')).toBeLessThan(0.5)
  expect(after('standard')).toBeGreaterThan(0.9)
})

it("'none' leaves a number as it is", () => {
  fc.assert(
    fc.property(fc.double({ min: -1e150, max: 1e150, noNaN: true }), (x) => {
      expect(columnsOf({ x: numeric({ scale: 'none' }) }, 1).read({ x })).toEqual([x + 0])
    }),
    { numRuns: runs(250) },
  )
})

it.each([0, -1, Number.NaN])('clip %d is refused', (clip) => {
  expect(() => numeric({ clip })).toThrow(`numeric: clip is ${clip}; expected a number above 0`)
})
