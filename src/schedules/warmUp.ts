import { checkWhole } from '../options/checkWhole.js'
import { shown } from '../options/shown.js'
import { bySettings } from '../settings.js'
import { constant } from './constant.js'
import type { Schedule } from './schedule.js'

/**
 * A rate that rises before it follows another schedule, or is constant: η_t = min(1, (t + 1)/n) · then_t, with the
 * number n of steps in which it rises. `then` counts the same t.
 *
 * Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour" (2017).
 *
 * @example
 * adam({ learningRate: schedules.warmUp(100, schedules.cosine({ initial: 0.01, steps: 10_000 })) })
 */
export const warmUp = (steps: number, then: number | Schedule): Schedule & { steps: number; schedule: Schedule } => {
  checkWhole('schedules.warmUp: steps is', steps)
  const schedule = typeof then === 'number' ? constant(then) : then
  if (typeof schedule?.emit !== 'function')
    throw new TypeError(
      `schedules.warmUp: what follows is ${shown(then)}; expected a learning rate or a schedule, such as schedules.cosine({ initial: 0.1, steps: 1000 }).`,
    )
  return bySettings({
    kind: 'warmUp',
    initial: schedule.initial,
    steps,
    schedule,
    emit: (rows, rate) => {
      const { add, div, min, mul } = rows.scalars
      return mul(min(1, div(add(rows.steps, 1), steps)), schedule.emit(rows, rate))
    },
  })
}
