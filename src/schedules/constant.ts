import { bySettings } from '../settings.js'
import { checkRate, type Schedule } from './schedule.js'

/** A constant rate: η_t = η. A plain number as `learningRate` means the same. */
export const constant = (initial: number): Schedule =>
  bySettings({
    kind: 'constant',
    initial: checkRate('schedules.constant', initial),
    emit: (_, rate) => rate,
  })
