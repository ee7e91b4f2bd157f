import { EMPTY, from, NEVER } from 'rxjs'
import type { OperatorLaw } from './operatorCase.js'
import { failing, Planted } from './planted.js'
import { same, watch } from './watch.js'

/** Laws about what comes out when nothing, completion or an error comes in. */
export const notificationLaws: readonly OperatorLaw[] = [
  {
    name: 'emits nothing while its source emits nothing',
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
      const seen = watch(failing(inputs, failure).pipe(operator))
      same('error', seen.errors[0], failure)
      same('errors and completions', seen.errors.length + seen.completed, 1)
    },
  },
  {
    name: 'completes with its source, and flushes',
    appliesTo: ({ completesLater = false }) => !completesLater,
    check({ make }) {
      const { operator, inputs, outputs } = make()
      const seen = watch(from(inputs).pipe(operator))
      same('error', seen.errors[0], undefined)
      same('values', seen.values.length, outputs)
      same('completions', seen.completed, 1)
    },
  },
]
