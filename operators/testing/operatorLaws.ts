import { concat, EMPTY, from, NEVER, type Observable, Subject, share, take, throwError } from 'rxjs'
import type { OperatorCase, OperatorLaw, OperatorTrial } from './operatorCase.js'
import { contentOf, same, shapeOf, timersLeft, watch } from './watch.js'

class Planted extends Error {
  override readonly name = 'Planted'
}

/** Every property of it throws: whatever code an operator runs on its elements fails here. */
const poison = (failure: Error): never =>
  new Proxy(
    {},
    {
      get: () => {
        throw failure
      },
    },
  ) as never

const holds = ({ holds }: OperatorCase): boolean => holds !== undefined
const shapesOf = ({ operator, inputs }: OperatorTrial): string =>
  watch(from(inputs).pipe(operator)).values.map(shapeOf).join('\n')
/** The elements, counted as they are taken. */
const counting = (
  inputs: readonly unknown[],
): { readonly element$: Observable<unknown>; readonly taken: () => number } => {
  let taken = 0
  function* elements(): Generator<unknown> {
    for (const input of inputs) {
      taken++
      yield input
    }
  }
  return { element$: from({ [Symbol.iterator]: elements }), taken: () => taken }
}

/** What every operator keeps: DESIGN §10, of one operator at a time. */
export const operatorLaws: readonly OperatorLaw[] = [
  {
    name: 'is silent while its source is',
    check({ make }) {
      const seen = watch(NEVER.pipe(make().operator))
      same('notifications', seen.values.length + seen.errors.length + seen.completed, 0)
      seen.subscription.unsubscribe()
    },
  },
  {
    name: 'completes at once with an empty source',
    check({ make }) {
      const seen = watch(EMPTY.pipe(make().operator))
      same('values', seen.values.length, 0)
      same('error', seen.errors[0], undefined)
      same('completions', seen.completed, 1)
    },
  },
  {
    name: 'passes the very error on, at once, and nothing after it',
    check({ make }) {
      const failure = new Planted('of the source')
      const { operator, inputs } = make()
      const seen = watch(
        concat(
          from(inputs),
          throwError(() => failure),
        ).pipe(operator),
      )
      same('error', seen.errors[0], failure)
      same('errors and completions', seen.errors.length + seen.completed, 1)
    },
  },
  {
    name: 'completes with its source, and flushes',
    check({ make }) {
      const { operator, inputs, outputs } = make()
      const seen = watch(from(inputs).pipe(operator))
      same('error', seen.errors[0], undefined)
      same('values', seen.values.length, outputs)
      same('completions', seen.completed, 1)
    },
  },
  {
    name: 'stops a synchronous source at once',
    check({ make }) {
      const free = make()
      const all = counting(free.inputs)
      let enough = 0
      all.element$.pipe(free.operator).subscribe(() => {
        enough ||= all.taken()
      })
      same('an element comes out before the inputs end', enough > 0 && enough < free.inputs.length, true)
      const { operator, inputs } = make()
      const few = counting(inputs)
      watch(few.element$.pipe(operator, take(1)))
      same('elements taken', few.taken(), enough)
    },
  },
  {
    name: 'lets its source go when it is unsubscribed',
    check({ make }) {
      const { operator, inputs } = make()
      const source$ = new Subject<unknown>()
      const seen = watch(source$.pipe(operator))
      for (const input of inputs.slice(0, -1)) source$.next(input)
      const before = seen.values.length
      seen.subscription.unsubscribe()
      same('the source is observed', source$.observed, false)
      same('values after unsubscribing', seen.values.length - before, 0)
      same('errors and completions', seen.errors.length + seen.completed, 0)
    },
  },
  {
    name: 'makes an error of what is thrown inside it, and lets its source go',
    check({ make }) {
      const failure = new Planted('of the element')
      const { operator, inputs } = make()
      const source$ = new Subject<unknown>()
      const seen = watch(source$.pipe(operator))
      source$.next(inputs[0])
      try {
        source$.next(poison(failure))
      } catch (error) {
        same('thrown at the source', error, undefined)
      }
      same('error', seen.errors[0], failure)
      same('the source is observed', source$.observed, false)
    },
  },
  {
    name: 'has fresh state at each subscription',
    check({ make }) {
      const expected = shapesOf(make())
      for (const cut of make().inputs.keys()) {
        const trial = make()
        const source$ = new Subject<unknown>()
        const seen = watch(source$.pipe(trial.operator))
        for (const input of trial.inputs.slice(0, cut)) source$.next(input)
        seen.subscription.unsubscribe()
        same(`what comes out, ${cut} elements after another subscription's`, shapesOf(trial), expected)
      }
    },
  },
  {
    name: 'serves two sources',
    check(of) {
      const expected = shapesOf(of.make())
      const trial = of.make()
      const { operator, inputs } = trial
      if (holds(of)) {
        same('the first', shapesOf(trial), expected)
        same('the second', shapesOf(trial), expected)
        return
      }
      const sources = [new Subject<unknown>(), new Subject<unknown>()]
      const seen = sources.map((source$) => watch(source$.pipe(operator)))
      for (const input of inputs) for (const source$ of sources) source$.next(input)
      for (const source$ of sources) source$.complete()
      for (const { values } of seen) same('what comes out', values.map(shapeOf).join('\n'), expected)
    },
  },
  {
    name: 'fails at subscription while another holds what it needs',
    appliesTo: holds,
    check({ make, holds }) {
      const { operator, inputs } = make()
      const source$ = new Subject<unknown>()
      const first = watch(source$.pipe(operator))
      const second = watch(new Subject<unknown>().pipe(operator))
      same('the second gets', (second.errors[0] as Error | undefined)?.name, holds)
      for (const input of inputs) source$.next(input)
      same('the first goes on: values', first.values.length > 0 && first.errors.length === 0, true)
      first.subscription.unsubscribe()
      const third = watch(from(inputs).pipe(operator))
      same('after that, the third: errors', third.errors[0], undefined)
    },
  },
  {
    name: 'never changes a record, given or made',
    check({ make }) {
      const { operator, inputs } = make()
      const source$ = new Subject<unknown>()
      const given = inputs.map(contentOf)
      const seen = watch(source$.pipe(operator))
      for (const input of inputs) source$.next(input)
      const records = [...inputs, ...seen.values]
      const contents = [...given, ...seen.values.map(contentOf)]
      for (let i = 0; i < 100; i++) source$.next(inputs[i % inputs.length])
      same('error', seen.errors[0], undefined)
      records.forEach((record, i) => {
        same(`record ${i}, 100 elements later`, contentOf(record), contents[i])
      })
      seen.subscription.unsubscribe()
    },
  },
  {
    name: 'keeps the order of elements that are pushed from downstream, for every subscriber',
    appliesTo: ({ queues = false }) => queues,
    check({ make }) {
      const { operator, inputs, outputs } = make()
      const source$ = new Subject<unknown>()
      const out$ = source$.pipe(operator, share())
      let next = 1
      const push = (): void => {
        if (next < inputs.length) source$.next(inputs[next++])
        else source$.complete()
      }
      const eager = watch(out$)
      out$.subscribe(push)
      const late = watch(out$)
      source$.next(inputs[0])
      while (!late.completed && late.errors.length === 0) push()
      same('values', eager.values.length, outputs)
      same('the order', late.values.map((value) => eager.values.indexOf(value)).join(), [...eager.values.keys()].join())
      same('what comes out', late.values.map(shapeOf).join('\n'), shapesOf(make()))
    },
  },
  ...(['complete', 'error'] as const).map(
    (end): OperatorLaw => ({
      name: `can be subscribed again inside ${end}`,
      check({ make }) {
        const { operator, inputs } = make()
        const failure = new Planted('of the source')
        const again: unknown[] = []
        const source$ =
          end === 'complete'
            ? from(inputs)
            : concat(
                from(inputs),
                throwError(() => failure),
              )
        const restart = (): void => {
          from(inputs)
            .pipe(operator)
            .subscribe({ next: (value) => again.push(value), error: (error) => again.push(error) })
        }
        source$.pipe(operator).subscribe({ [end]: restart, ...(end === 'complete' && { error: restart }) })
        same(
          'an error',
          again.find((value) => value instanceof Error),
          undefined,
        )
        same('what comes out', again.map(shapeOf).join('\n'), shapesOf(make()))
      },
    }),
  ),
  {
    name: 'refuses a forward whose θ is gone',
    appliesTo: ({ make }) => make().stale !== undefined,
    check({ make }) {
      const { operator, stale } = make()
      const seen = watch(from([stale]).pipe(operator))
      same('error', (seen.errors[0] as Error | undefined)?.name, 'StaleForwardError')
    },
  },
  ...(['unsubscribe', 'complete', 'error'] as const).map(
    (end): OperatorLaw => ({
      name: `leaves nothing running after ${end}`,
      check({ make }) {
        const { operator, inputs } = make()
        const source$ = new Subject<unknown>()
        const left = timersLeft(() => {
          const { subscription } = watch(source$.pipe(operator))
          for (const input of inputs.slice(0, -1)) source$.next(input)
          if (end === 'unsubscribe') subscription.unsubscribe()
          else if (end === 'complete') source$.complete()
          else source$.error(new Planted('of the source'))
        })
        same('timers', left, 0)
        same('the source is observed', source$.observed, false)
      },
    }),
  ),
]
