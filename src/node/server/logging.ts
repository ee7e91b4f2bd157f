import type { ModelEvent } from '../../records.js'
import { lineOf } from './eventLine.js'
import type { Served } from './served.js'

/** The part of a logger of pino, winston or console that a server uses. */
export interface Logger {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
}

/** The kinds of events that are told in the course of things; all others are warnings. */
const USUAL: readonly ModelEvent['kind'][] = ['control', 'naming', 'reaction', 'release']
/** The time in milliseconds in which events of one kind make one line. */
const PERIOD = 1000

/** Logs the events of a model, those of one kind at most once a second; returns a function that ends this. */
export const logEvents = (name: string, model: Served, logger: Logger): (() => void) => {
  const kinds = new Map<ModelEvent['kind'], { count: number; quietUntil: number }>()
  return model.listen((event) => {
    const { kind } = event
    const now = performance.now()
    const seen = kinds.get(kind) ?? { count: 0, quietUntil: 0 }
    kinds.set(kind, seen)
    seen.count += 1
    if (now < seen.quietUntil) return
    seen.quietUntil = now + PERIOD
    const level = USUAL.includes(kind) ? 'info' : 'warn'
    logger[level]({ model: name, step: model.step, kind, count: seen.count }, lineOf(event))
  })
}
