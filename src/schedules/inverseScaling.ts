import { power as raised } from '../program/power.js'
import { bySettings } from '../settings.js'
import { checkRate, type Schedule } from './schedule.js'

export interface InverseScalingConfig {
  readonly initial: number
  readonly power?: number
}

/** η_t = η / (t + 1)^power, power 0.5 by default; River's and scikit-learn's `invscaling`. */
export const inverseScaling = ({ initial, power = 0.5 }: InverseScalingConfig): Schedule & { power: number } =>
  bySettings({
    kind: 'inverseScaling',
    initial: checkRate('schedules.inverseScaling', initial),
    power,
    emit: ({ scalars: { add, div }, scalar, steps }, rate) => div(rate, raised({ scalar }, add(steps, 1), power)),
  })
