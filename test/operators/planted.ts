// biome-ignore-all lint/suspicious/noAssignInExpressions: wrong operators are written here as they are found
import * as rxjs from 'rxjs'
import type { OperatorCase } from '../../operators/testing/index.js'

/** The elements on which the operators below work. */
export interface Point {
  readonly x: number
}
type Operator = rxjs.OperatorFunction<Point, unknown>

/** Makes the case of an operator with this number of points. */
export const over = (make: () => Operator, count: number): OperatorCase => ({
  name: 'planted',
  make: () => ({
    operator: make() as rxjs.OperatorFunction<unknown, unknown>,
    inputs: Array.from({ length: count }, (_, i) => ({ x: i + 1 })),
    outputs: count,
  }),
})

const FRESH = 'has fresh state at each subscription'
const TWO = 'serves two sources'
const SAME = 'gives equal outputs for equal inputs when everything is new'
const UNCHANGED = 'never changes a record'
const ANEW = 'makes each record anew'
const WRITES = 'works where every record'

/** Wrong operators, as they are really written: what is wrong, the operator, and the laws that must find it. */
export const leaks: readonly (readonly [what: string, make: () => Operator, laws: readonly string[]])[] = [
  [
    'a running sum is kept outside the subscription',
    () => {
      let s = 0
      return rxjs.map((v) => ({ sum: (s += v.x) }))
    },
    [FRESH, TWO],
  ],
  [
    'scan is given one seed object for all subscriptions',
    () => rxjs.scan((all, v: Point) => Object.assign(all, { sum: all.sum + v.x }), { sum: 0 }),
    [FRESH, TWO, UNCHANGED, ANEW],
  ],
  [
    'a flag says that the first element has arrived',
    () => {
      let first = true
      return rxjs.map((v) => {
        const out = { x: v.x, first }
        first = false
        return out
      })
    },
    [FRESH, TWO],
  ],
  [
    'the sum is reset at subscription, and shared by the open subscriptions',
    () => {
      let s = 0
      return (source) =>
        rxjs.defer(() => {
          s = 0
          return source.pipe(rxjs.map((v) => ({ sum: (s += v.x) })))
        })
    },
    [TWO],
  ],
  [
    'only the second of two open subscriptions gets another number',
    () => {
      let open = 0
      return (source) =>
        rxjs.defer(() => {
          const place = open++
          return source.pipe(
            rxjs.map((v) => v.x + place),
            rxjs.finalize(() => open--),
          )
        })
    },
    [TWO],
  ],
  [
    'subscriptions are numbered',
    () => {
      let subscriptions = 0
      return (source) =>
        rxjs.defer(() => {
          const id = subscriptions++
          return source.pipe(rxjs.map((v) => ({ x: v.x, id })))
        })
    },
    [FRESH, TWO],
  ],
  [
    'a counter of all subscriptions is emitted in the flush',
    () => {
      let count = 0
      return (source) =>
        rxjs.concat(
          source.pipe(rxjs.tap(() => count++)),
          rxjs.defer(() => (count > 0 ? rxjs.of({ count }) : rxjs.EMPTY)),
        )
    },
    [FRESH, TWO],
  ],
  [
    'completed subscriptions are counted, and no others',
    () => {
      let completed = 0
      return (source) =>
        source.pipe(
          rxjs.map((v) => ({ x: v.x, completed })),
          rxjs.tap({ complete: () => completed++ }),
        )
    },
    [FRESH, 'can be subscribed again inside complete'],
  ],
  [
    'failed subscriptions are counted, and no others',
    () => {
      let failed = 0
      return (source) =>
        source.pipe(
          rxjs.map((v) => ({ x: v.x, failed })),
          rxjs.tap({ error: () => failed++ }),
        )
    },
    [FRESH, 'can be subscribed again inside error'],
  ],
  [
    'a cache of the operator gives −0 where a new one gives 0',
    () => {
      let last = 0
      return rxjs.map((v) => {
        const sign = { zero: last === 0 ? 0 : -0 }
        last = v.x
        return sign
      })
    },
    [FRESH, TWO],
  ],
]

let everMade = 0
/** Operators that reuse records or parts of them. */
export const reuses: readonly (readonly [what: string, make: () => Operator, laws: readonly string[]])[] = [
  [
    'one output record is filled again and again',
    () => {
      const out = { sum: 0 }
      return rxjs.map((v) => {
        out.sum = v.x
        return out
      })
    },
    [ANEW],
  ],
  [
    'one output record for each subscription',
    () => (source) =>
      rxjs.defer(() => {
        const out = { sum: 0 }
        return source.pipe(rxjs.map((v) => Object.assign(out, { sum: out.sum + v.x })))
      }),
    [UNCHANGED, ANEW, WRITES],
  ],
  [
    'two output records take turns',
    () => {
      const records = [{ x: 0 }, { x: 0 }]
      let turn = 0
      return rxjs.map((v) => Object.assign(records[turn++ % 2] as object, { x: v.x }))
    },
    [ANEW],
  ],
  [
    'an array is emptied and filled again inside a new record',
    () => (source) =>
      rxjs.defer(() => {
        const values: number[] = []
        return source.pipe(
          rxjs.map((v) => {
            values.length = 0
            values.push(v.x)
            return { values }
          }),
        )
      }),
    [WRITES],
  ],
  [
    'a window grows in the record that has been given out',
    () => (source) =>
      rxjs.defer(() => {
        const values: number[] = []
        return source.pipe(
          rxjs.map((v) => {
            values.push(v.x)
            return { values }
          }),
        )
      }),
    [UNCHANGED, WRITES],
  ],
  [
    'a typed array is written again inside a new record',
    () => {
      const values = new Float64Array(2)
      return rxjs.map((v) => {
        values.fill(v.x)
        return { values }
      })
    },
    [ANEW],
  ],
  [
    'new views share one memory',
    () => {
      const memory = new ArrayBuffer(16)
      return rxjs.map((v) => {
        new Float64Array(memory).fill(v.x)
        return { values: new Float64Array(memory, 8) }
      })
    },
    [ANEW],
  ],
  [
    'the previous record is corrected when the next element arrives',
    () => (source) =>
      rxjs.defer(() => {
        let before: { x: number; next?: number } | undefined
        return source.pipe(
          rxjs.map((v) => {
            if (before) before.next = v.x
            before = { x: v.x }
            return before
          }),
        )
      }),
    [UNCHANGED, WRITES],
  ],
  [
    'the last record is marked at completion',
    () => (source) =>
      rxjs.defer(() => {
        let last: { x: number; last: boolean } | undefined
        return source.pipe(
          rxjs.map((v) => {
            last = { x: v.x, last: false }
            return last
          }),
          rxjs.tap({
            complete: () => {
              if (last) last.last = true
            },
          }),
        )
      }),
    [UNCHANGED],
  ],
  [
    'the last record is cleared when it is unsubscribed',
    () => (source) =>
      rxjs.defer(() => {
        let last: { x: number } | undefined
        return source.pipe(
          rxjs.map((v) => {
            last = { x: v.x }
            return last
          }),
          rxjs.finalize(() => {
            if (last) last.x = 0
          }),
        )
      }),
    [UNCHANGED],
  ],
  [
    'a record is kept and changed when another subscription begins',
    () => {
      let kept: { x: number } | undefined
      return (source) =>
        rxjs.defer(() => {
          if (kept) kept.x = -1
          return source.pipe(
            rxjs.map((v) => {
              kept = { x: v.x }
              return kept
            }),
          )
        })
    },
    [UNCHANGED],
  ],
  ['elements are changed on their way', () => rxjs.tap((v) => Object.assign(v, { x: v.x + 1 })), [UNCHANGED, WRITES]],
  [
    'a number from the whole program is in each record',
    () => {
      const made = everMade++
      return rxjs.map((v) => ({ x: v.x, made }))
    },
    [SAME],
  ],
]

const UNIT = { name: 'watt' }
const TICK = Object.freeze({ kind: 'tick' })
/** Correct operators that look like some of those above. */
export const sound: readonly (readonly [what: string, make: () => Operator])[] = [
  ['new records', () => rxjs.map((v) => ({ x: v.x }))],
  ['elements that pass through', () => rxjs.tap(() => {})],
  ['numbers', () => rxjs.map((v) => v.x)],
  ['one frozen record', () => rxjs.map(() => TICK)],
  ['records that share constant parts', () => rxjs.map((v) => ({ x: v.x, unit: UNIT }))],
  ['a running sum for each subscription', () => rxjs.scan((sum, v) => sum + v.x, 0)],
  ['arrays of elements', () => rxjs.bufferCount(1)],
  ['ranges of a memory, each of which is used once', () => pieces],
  ['records of their own in an element of a class', () => rxjs.map((v) => new Map([['x', new Date(v.x)]]))],
]
/** Gives each record a range of its own in a buffer that all records share. */
const pieces: Operator = (source) =>
  rxjs.defer(() => {
    const memory = new Float64Array(1024)
    let at = 0
    return source.pipe(
      rxjs.map((v) => {
        memory[at] = v.x
        return { values: memory.subarray(at, ++at) }
      }),
    )
  })
