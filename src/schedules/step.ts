import { checkNumber } from '../options/checkNumber.js'
import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { power } from '../program/power.js'
import { bySettings } from '../settings.js'
import { checkRate, type Schedule } from './schedule.js'

export interface StepConfig {
  readonly initial: number
  /** The number of steps after which the rate falls. */
  readonly every: number
  readonly factor?: number
}

/** Adding this to a number whose magnitude is below 2⁵¹ rounds it to a whole one: 1.5·2⁵². */
const ROUNDS = 6755399441055744

/** A rate that falls in steps: η_t = η · factor^⌊t / every⌋. Default: factor = 0.1. */
export const step = (config: StepConfig): Schedule & { every: number; factor: number } => {
  const defaults = { initial: Number.NaN, every: Number.NaN, factor: 0.1 }
  const { initial, every, factor } = optionsOf('schedules.step', config, defaults)
  checkWhole('schedules.step: every is', every)
  checkNumber('schedules.step: factor', factor, { open: true, most: 1 })
  return bySettings({
    kind: 'step',
    initial: checkRate('schedules.step', initial),
    every,
    factor,
    emit: ({ scalars: { add, div, mul, sub }, constant, scalar, steps }, rate) => {
      // (t + ½)/every − ½ is never half way between two whole numbers, so the nearest one is ⌊t / every⌋.
      const nearest = sub(div(add(steps, 0.5), every), 0.5)
      return mul(rate, power({ scalar }, constant(factor), sub(add(nearest, ROUNDS), ROUNDS)))
    },
  })
}
