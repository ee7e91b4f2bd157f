import { from, Subject, take } from 'rxjs'
import type { OperatorLaw } from './operatorCase.js'
import { counting, Planted, poisoned } from './planted.js'
import { same, watch } from './watch.js'

/** Laws about teardown: a subscription that is over, for whatever reason, asks for nothing more. */
export const teardownLaws: readonly OperatorLaw[] = [
  {
    name: 'stops a synchronous source at once',
    check({ make }) {
      const free = make()
      const all = counting(free.inputs)
      let enough = 0
      watch(from(all.elements).pipe(free.operator), () => {
        enough ||= all.taken()
      })
      same('an element comes out before the inputs end', enough > 0, true)
      const { operator, inputs } = make()
      const few = counting(inputs)
      watch(from(few.elements).pipe(operator, take(1)))
      same('elements taken', few.taken(), enough)
    },
  },
  {
    name: 'unsubscribes from its source when it is unsubscribed',
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
    name: 'turns what is thrown inside it into an error, and unsubscribes from its source',
    check({ make }) {
      const failure = new Planted('of the element')
      const { operator, inputs } = make()
      const { element, touched } = poisoned(failure)
      const source$ = new Subject<unknown>()
      const errors: unknown[] = []
      // The output is not looked at, because it may be the element itself.
      source$.pipe(operator).subscribe({ error: (error) => errors.push(error) })
      source$.next(inputs[0])
      try {
        source$.next(element)
      } catch (error) {
        same('thrown at the source', error, undefined)
      }
      // An operator that never looks at its elements cannot fail on them.
      if (!touched()) return
      same('error', errors[0], failure)
      same('the source is observed', source$.observed, false)
    },
  },
]
