import type { ModelEvent } from '../../records.js'
import type { Happening } from '../../wire/index.js'

/** An event as it is sent: its row stays here; all that is said of it is the text. */
export const happening = ({ kind, step, text }: Omit<Happening, 'count'>, count: number): Happening => ({
  type: 'event',
  kind,
  step,
  text,
  count,
})

/** Most characters of an event's line: every page gets it, many times a second. */
const MOST = 200

/**
 * A model's event in one line for people, cut where it is long. It may say a part of the row: a rejection quotes the
 * value that was refused.
 */
export const lineOf = (event: ModelEvent): string => {
  const line = wholeLineOf(event)
  // no half of a pair at the end: it could not be encoded
  return line.length > MOST ? `${line.slice(0, MOST).replace(/[\ud800-\udbff]$/, '')}…` : line
}

const wholeLineOf = (event: ModelEvent): string => {
  switch (event.kind) {
    case 'rollback':
      return `${event.reason}; back to step ${event.to}`
    // the reason of a rejection begins with its field
    case 'rejection':
    case 'refusal':
      return event.reason
    case 'drift':
      return event.detector
    case 'control':
      return `${event.name} = ${String(event.value)}`
  }
}
