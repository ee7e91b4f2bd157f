import * as rxjs from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import * as rxgrad from '../../operators/index.js'
import { brokenLaws, checkOperator, type OperatorCase, operatorLaws } from '../../operators/testing/index.js'
import * as core from '../../src/index.js'
import { cases, sources } from './cases.js'

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

/** The operator that one writes by hand at first. */
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
/** The same, of RxJS' own parts. */
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

  it('are broken by an operator written by hand', async () => {
    // RxJS throws it later, where no one can catch it: that is the bug
    rxjs.config.onUnhandledError = () => {}
    const broken = brokenLaws(windows(byHand)).map((line) => line.split(':')[0])
    expect(broken).toEqual([
      'completes with its source, and flushes',
      'stops a synchronous source at once',
      'lets its source go when it is unsubscribed',
      'makes an error of what is thrown inside it, and lets its source go',
      'has fresh state at each subscription',
      'serves two sources',
      'can be subscribed again inside complete',
      'can be subscribed again inside error',
      'leaves nothing running after unsubscribe',
    ])
    expect(() => checkOperator(windows(byHand))).toThrow(/windows breaks 9 laws:\ncompletes with its source/)
    await new Promise((later) => setTimeout(later, 5))
  })

  it('are kept by the same operator made of parts', () => {
    expect(brokenLaws(windows(byParts))).toEqual([])
  })

  it.each<[string, rxjs.OperatorFunction<{ x: number }, unknown>, Partial<OperatorCase>]>([
    ['is silent', rxjs.startWith({ x: 0 }), {}],
    ['completes at once', rxjs.defaultIfEmpty({ x: 0 }), {}],
    ['passes the very error on', rxjs.catchError(() => rxjs.throwError(() => new Error('another'))), {}],
    ['never changes', rxjs.tap((element) => Object.assign(element, { x: 0 })), {}],
    ['keeps the order', rxjs.map(({ x }) => ({ x })), { queues: true }],
    ['fails at subscription', rxjs.map(({ x }) => ({ x })), { holds: 'ModelInUseError' }],
    ['leaves nothing running after unsub', rxjs.tap(() => setTimeout(() => {}, 0)), {}],
  ])('see a planted bug: %s', (law, operator, rest) => {
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

  it('see a stale forward that goes through', () => {
    const of: OperatorCase = {
      name: 'planted',
      make: () => ({ ...windows(byParts).make(), stale: { x: 0 } }),
    }
    expect(brokenLaws(of)).toEqual([expect.stringMatching(/^refuses a forward/)])
  })
})
