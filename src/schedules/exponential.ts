import { checkNumber } from '../options/checkNumber.js'
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
  checkNumber('schedules.exponential: decay', decay, { open: true, most: 1 })
  return bySettings({
    kind: 'exponential',
    initial: checkRate('schedules.exponential', initial),
    decay,
    emit: ({ scalars: { mul }, scalar, steps, constant }, rate) => mul(rate, power({ scalar }, constant(decay), steps)),
  })
}
