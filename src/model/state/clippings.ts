import { isScaledNumber, isUnscaled } from '../../features/scaledNumber.js'
import { FURTHEST_TRUSTED, SCALER, TAKEN_AS } from '../../program/abi.js'
import type { Core } from './core.js'
import type { Events } from './events.js'

/** Tells of values that their field's scaler did not trust. The scalers count them, since they alone know. */
export interface Clippings {
  /** Counts the values that have been clipped since the last call, and raises an event for each of their fields. */
  tell(): void
  /** Takes the scalers' counts as they are, after the state was replaced. */
  forget(): void
}

export const createClippings = (core: Core, events: Events): Clippings => {
  const { features, target } = core.plan
  const fields = Object.entries({ ...features, ...target }).flatMap(([name, field], i) =>
    isScaledNumber(field) && !isUnscaled(field)
      ? [{ name, place: (core.program.places.statistics[i] >> 3) + SCALER.clipped, told: 0 }]
      : [],
  )
  const places = fields.map(({ place }) => place)
  let total = 0
  const sum = (): number => {
    const { f64 } = core
    let counted = 0
    // This runs after every step, so it is a plain loop.
    for (let i = 0; i < places.length; i++) counted += f64[places[i]]
    return counted
  }
  return {
    tell() {
      const counted = sum()
      if (counted === total) return
      core.counters.clipped += counted - total
      total = counted
      for (const field of fields) {
        const count = core.f64[field.place] - field.told
        field.told += count
        if (count > 0)
          events.raise({
            ...{ kind: 'clipping', step: core.step, field: field.name, count },
            reason: `${field.name}: ${count === 1 ? 'a value' : `${count} values`} further than ${FURTHEST_TRUSTED}σ from the mean ${count === 1 ? 'counts' : 'count'} as ${TAKEN_AS}σ`,
          })
      }
    },
    forget() {
      total = sum()
      for (const field of fields) field.told = core.f64[field.place]
    },
  }
}
