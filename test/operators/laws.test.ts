import * as rxjs from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import * as rxgrad from '../../operators/index.js'
import { brokenLaws, checkOperator, type OperatorCase, operatorLaws } from '../../operators/testing/index.js'
import * as core from '../../src/index.js'
import { cases, sources } from './cases.js'
import { leaks, over, type Point, reuses, sound } from './planted.js'

describe('every exported operator', () => {
  it('is enrolled here', () => {
    const exported = Object.keys(rxgrad).filter((name) => !(name in core))
    expect(exported.sort()).toEqual([...Object.keys(cases), ...sources].sort())
  })

  it('has a name that rxjs does not have', () => {
    expect(Object.keys(rxgrad).filter((name) => name in rxjs)).toEqual([])
  })

  for (const of of Object.values(cases).flat())
    describe(of.name, () => {
      for (const law of operatorLaws)
        if (law.appliesTo?.(of) ?? true)
          it(law.name, () => {
            law.check(of)
          })
    })
})

/** An operator as one would write it by hand at first. */
const byHand = (size: number): rxjs.OperatorFunction<{ readonly x: number }, readonly number[]> => {
  let window: number[] = []
  return (source) =>
    new rxjs.Observable((subscriber) => {
      source.subscribe({
        next: ({ x }) => {
          window.push(x)
          if (window.length < size) return
          subscriber.next(window)
          window = []
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      })
    })
}
/** The same operator, composed of operators of RxJS. */
const byParts = (size: number): rxjs.OperatorFunction<{ readonly x: number }, readonly number[]> =>
  rxjs.pipe(
    rxjs.map(({ x }) => x),
    rxjs.bufferCount(size),
  )
const windows = (operator: (size: number) => ReturnType<typeof byHand>): OperatorCase => ({
  name: 'windows',
  make: () => ({
    operator: operator(2) as rxjs.OperatorFunction<unknown, unknown>,
    inputs: [1, 2, 3, 4, 5].map((x) => ({ x })),
    outputs: 3,
  }),
})

describe('the laws', () => {
  afterEach(() => {
    rxjs.config.onUnhandledError = null
  })

  it('are broken by an operator that is written by hand', async () => {
    // RxJS throws the error later, where nothing can catch it, and this is the bug.
    rxjs.config.onUnhandledError = () => {}
    const broken = brokenLaws(windows(byHand)).map((line) => line.split(':')[0])
    expect(broken).toEqual([
      'completes with its source, and flushes',
      'stops a synchronous source at once',
      'unsubscribes from its source when it is unsubscribed',
      'turns what is thrown inside it into an error, and unsubscribes from its source',
      'has fresh state at each subscription',
      'serves two sources',
      'can be subscribed again inside complete',
      'can be subscribed again inside error',
      'leaves nothing running after unsubscribe',
    ])
    expect(() => checkOperator(windows(byHand))).toThrow(/windows breaks 9 laws:\ncompletes with its source/)
    await new Promise((later) => setTimeout(later, 5))
  })

  it('hold for the same operator composed of operators of RxJS', () => {
    expect(brokenLaws(windows(byParts))).toEqual([])
  })

  it.each<[string, rxjs.OperatorFunction<{ x: number }, unknown>, Partial<OperatorCase>]>([
    ['emits nothing while', rxjs.startWith({ x: 0 }), {}],
    ['completes at once', rxjs.defaultIfEmpty({ x: 0 }), {}],
    ['passes the very error on', rxjs.catchError(() => rxjs.throwError(() => new Error('another'))), {}],
    ['never changes', rxjs.tap((element) => Object.assign(element, { x: 0 })), {}],
    ['keeps the order', rxjs.map(({ x }) => ({ x })), { queues: true }],
    ['fails at subscription', rxjs.map(({ x }) => ({ x })), { holds: 'ModelInUseError' }],
    ['leaves nothing running after unsub', rxjs.tap(() => setTimeout(() => {}, 0)), {}],
  ])('find a planted bug: %s', (law, operator, rest) => {
    const of: OperatorCase = {
      name: 'planted',
      make: () => ({
        operator: operator as rxjs.OperatorFunction<unknown, unknown>,
        inputs: [1, 2, 3].map((x) => ({ x })),
        outputs: 3,
      }),
      ...rest,
    }
    expect(brokenLaws(of).some((line) => line.startsWith(law))).toBe(true)
  })

  for (const count of [1, 2, 3, 5])
    describe(`with ${count} elements`, () => {
      it.each([...leaks, ...reuses])('find a planted bug: %s', (_, make, laws) => {
        const broken = brokenLaws(over(make, count))
        for (const law of laws) expect(broken).toContainEqual(expect.stringMatching(`^${law}`))
      })

      it.each(sound)('accept a correct operator: %s', (_, make) => {
        expect(brokenLaws(over(make, count))).toEqual([])
      })
    })

  /** Numbers the points in a book that persists from subscription to subscription; one that leaks keeps its own count too. */
  const numbered = (leaks: boolean, withAgain: boolean): OperatorCase => ({
    name: 'numbered',
    holds: 'BookInUseError',
    make() {
      const book = { next: 0, open: false }
      const make = (): rxjs.OperatorFunction<unknown, unknown> => {
        let seen = 0
        return (source) =>
          rxjs.defer(() => {
            if (book.open) throw Object.assign(new Error('open'), { name: 'BookInUseError' })
            book.open = true
            if (!leaks) seen = 0
            return source.pipe(
              rxjs.map((point) => ({ number: book.next++, x: (point as Point).x, seen: seen++ })),
              rxjs.tap({ complete: () => (book.open = false), error: () => (book.open = false) }),
              rxjs.finalize(() => (book.open = false)),
            )
          })
      }
      const inputs = [1, 2, 3].map((x) => ({ x }))
      return { operator: make(), ...(withAgain && { again: make }), inputs, outputs: 3 }
    },
  })

  it('distinguish a model that persists from an operator that does', () => {
    expect(brokenLaws(numbered(false, true))).toEqual([])
    const broken = brokenLaws(numbered(true, true))
    expect(broken.map((line) => line.split(':')[0])).toEqual([
      'has fresh state at each subscription',
      'serves two sources',
      'can be subscribed again inside complete',
      'can be subscribed again inside error',
    ])
    expect(broken[0]).toBe(
      'has fresh state at each subscription: what comes out after a subscription that ended by unsubscribe at element ' +
        '1: notification 0: expected .seen: 0, was .seen: 1',
    )
  })

  it('say what is missing from a case whose model persists', () => {
    expect(brokenLaws(numbered(false, false))).toContainEqual(
      expect.stringMatching(/expected \.number: 0, was \.number: 1 \(where a model that goes on .* give `again`/),
    )
  })

  it('find an operator that accepts a stale forward pass', () => {
    const of: OperatorCase = {
      name: 'planted',
      make: () => ({ ...windows(byParts).make(), stale: { x: 0 } }),
    }
    expect(brokenLaws(of)).toEqual([expect.stringMatching(/^refuses a forward/)])
  })
})
