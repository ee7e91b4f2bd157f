import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { power as raised } from '../program/power.js'
import { bySettings } from '../settings.js'
import { checkRate, type Schedule } from './schedule.js'

export interface InverseScalingConfig {
  readonly initial: number
  readonly power?: number
}

/** Inverse scaling: η_t = η / (t + 1)^power; River and scikit-learn call it `invscaling`. Default: power = 0.5. */
export const inverseScaling = (config: InverseScalingConfig): Schedule & { power: number } => {
  const { initial, power } = optionsOf('schedules.inverseScaling', config, { initial: Number.NaN, power: 0.5 })
  checkNumber('schedules.inverseScaling: power', power, { from: -Infinity, open: true })
  return bySettings({
    kind: 'inverseScaling',
    initial: checkRate('schedules.inverseScaling', initial),
    power,
    emit: ({ scalars: { add, div }, scalar, steps }, rate) => div(rate, raised({ scalar }, add(steps, 1), power)),
  })
}
