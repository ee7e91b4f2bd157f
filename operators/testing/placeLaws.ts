import { from, Subject, share } from 'rxjs'
import type { OperatorLaw } from './operatorCase.js'
import { same, sameStory, storyOf, watch } from './watch.js'

/** Laws that an operator keeps where its case says so, about its model and about elements pushed from downstream. */
export const placeLaws: readonly OperatorLaw[] = [
  {
    name: 'fails at subscription while another subscription holds what it needs',
    appliesTo: ({ holds }) => holds !== undefined,
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
      const calm = make()
      sameStory('what comes out', storyOf(late), storyOf(watch(from(calm.inputs).pipe(calm.operator))))
    },
  },
  {
    name: 'refuses a forward pass whose θ has changed since',
    appliesTo: ({ make }) => make().stale !== undefined,
    check({ make }) {
      const { operator, stale } = make()
      const seen = watch(from([stale]).pipe(operator))
      same('error', (seen.errors[0] as Error | undefined)?.name, 'StaleForwardError')
    },
  },
]
