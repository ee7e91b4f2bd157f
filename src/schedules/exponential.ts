import { optionsOf } from '../options/optionsOf.js'
import { power } from '../program/power.js'
import { bySettings } from '../settings.js'
import { checkRate, type Schedule } from './schedule.js'

export interface ExponentialConfig {
  readonly initial: number
  readonly decay?: number
}

/** Exponential decay: η_t = η · decay^t. Default: decay = 0.999. */
export const exponential = (config: ExponentialConfig): Schedule & { decay: number } => {
  const { initial, decay } = optionsOf('schedules.exponential', config, { initial: Number.NaN, decay: 0.999 })
  if (!(decay > 0 && decay <= 1))
    throw new RangeError(`schedules.exponential: decay is ${decay}; expected a number above 0 and at most 1.`)
  return bySettings({
    kind: 'exponential',
    initial: checkRate('schedules.exponential', initial),
    decay,
    emit: ({ scalars: { mul }, scalar, steps, constant }, rate) => mul(rate, power({ scalar }, constant(decay), steps)),
  })
}
