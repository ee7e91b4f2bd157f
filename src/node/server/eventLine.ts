import type { ModelEvent } from '../../records.js'
import type { Happening } from '../../wire/index.js'

/** Makes the message of an event. It carries the event's text but not its row. */
export const happening = ({ kind, step, text }: Omit<Happening, 'count'>, count: number): Happening => ({
  type: 'event',
  kind,
  step,
  text,
  count,
})

/**
 * Writes a model's event as one line for people. The line may contain a part of the row, because a rejection quotes the
 * value that was refused.
 */
export const lineOf = (event: ModelEvent): string => {
  switch (event.kind) {
    case 'rollback':
      return `${event.reason}; back to step ${event.to}`
    // The reason for a rejection begins with its field.
    case 'rejection':
    case 'refusal':
    case 'naming':
    case 'capacity':
    case 'reaction':
    case 'quarantine':
    case 'release':
    case 'late':
    case 'duplicate':
      return event.reason
    case 'clipping': {
      const fields = Object.entries(event.fields).flatMap(([name, count]) => (count > 0 ? `${name} ${count}` : []))
      return `values too far from their mean to be trusted so far: ${fields.join(', ')}`
    }
    case 'drift':
      return event.detector
    case 'discard':
      return `${event.by} ended in the middle of a window, so ${event.rows} rows were not learned`
    case 'unjoined':
      return `${event.by}: the ${event.of} of ${event.key} is ${event.reason}`
    case 'control':
      return `${event.name} = ${String(event.value)}`
  }
}
