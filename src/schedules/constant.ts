import { bySettings } from '../settings.js'
import { checkRate, type Schedule } from './schedule.js'

/** η_t = η. What a plain number as `learningRate` means. */
export const constant = (initial: number): Schedule =>
  bySettings({
    kind: 'constant',
    initial: checkRate('schedules.constant', initial),
    emit: (_, rate) => rate,
  })
