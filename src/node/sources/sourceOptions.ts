import { checkFunction } from '../../options/checkFunction.js'
import { shown } from '../../options/shown.js'
import type { SourceOptions } from './source.js'

/** The defaults of the options that sources have in common. */
export const sourceDefaults: Record<keyof SourceOptions, undefined> = {
  cursor: undefined,
  from: undefined,
  check: undefined,
  onRejected: undefined,
  signal: undefined,
}

/** Checks the options that sources have in common. */
export const checkSource = <T>(by: string, { cursor, from, check, onRejected, signal }: SourceOptions<T>): void => {
  if (cursor !== undefined && (typeof cursor !== 'string' || cursor === ''))
    throw new TypeError(`${by}: cursor is ${shown(cursor)}; expected the name of a column, such as 'at'.`)
  if (from !== undefined && typeof from !== 'string' && typeof from !== 'number')
    throw new TypeError(`${by}: from is ${shown(from)}; expected a cursor of this source, such as model.cursor.`)
  if (check !== undefined) checkFunction(`${by}: check`, check, 'a function of a row that returns a reason')
  if (onRejected !== undefined) checkFunction(`${by}: onRejected`, onRejected, 'a function of a rejection')
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError(`${by}: signal is ${shown(signal)}; expected that of an AbortController.`)
}
