import { Subject } from 'rxjs'
import type { OperatorLaw } from './operatorCase.js'
import { ends, Planted } from './planted.js'
import { timersLeft } from './timersLeft.js'
import { same, watch } from './watch.js'

/** Laws about what a subscription leaves behind once it is over. */
export const leavingLaws: readonly OperatorLaw[] = ends.map((end) => ({
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
}))
