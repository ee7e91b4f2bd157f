import { checkNumber } from '../../options/checkNumber.js'
import { checkWhole } from '../../options/checkWhole.js'
import { shown } from '../../options/shown.js'
import { checkLine, type LineOptions, lineDefaults } from '../transports/reconnecting.js'

/** The options of the sinks that have a connection. */
export interface LineSinkOptions extends LineOptions {
  /** The number of rows that may be on their way at a time. Default: 100. */
  readonly inFlight?: number
  /** How long an answer may take, in milliseconds, before the connection counts as lost. Default: 30,000. */
  readonly answerMs?: number
  /** Gives up what waits when it is aborted. Default: none. */
  readonly signal?: AbortSignal | undefined
}

export const lineSinkDefaults: Required<Omit<LineSinkOptions, 'onLine' | 'signal'>> & {
  readonly onLine: undefined
  readonly signal: undefined
} = { ...lineDefaults, inFlight: 100, answerMs: 30_000, signal: undefined }

export const checkLineSink = (by: string, options: LineSinkOptions): void => {
  const { inFlight, answerMs, signal } = options
  checkLine(by, options)
  checkWhole(`${by}: inFlight is`, inFlight)
  checkNumber(`${by}: answerMs`, answerMs, { from: 1, most: 2 ** 31 - 1 })
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError(`${by}: signal is ${shown(signal)}; expected that of an AbortController.`)
}
