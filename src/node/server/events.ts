import type { ModelEvent } from '../../types.js'
import type { Happening } from '../../wire/index.js'

/** An event as it is sent: nothing of the row that it may carry. */
export const happening = ({ kind, step, text }: Omit<Happening, 'count'>, count: number): Happening => ({
  type: 'event',
  kind,
  step,
  text,
  count,
})

/** A model's event in one line for people. */
export const lineOf = (event: ModelEvent): string => {
  switch (event.kind) {
    case 'rejection':
      return event.field === undefined ? event.reason : `${event.field}: ${event.reason}`
    case 'rollback':
      return `${event.reason}; back to step ${event.to}`
    case 'refusal':
      return event.reason
    case 'drift':
      return event.detector
    case 'control':
      return `${event.name} = ${String(event.value)}`
  }
}
