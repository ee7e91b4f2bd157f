import type { Applicable } from '../../../../src/client/index.js'
import type { Description, ModelEvent, Prediction, Publication } from '../../../../src/records.js'
import type { Floats, Row, Value } from '../../../../src/values.js'
import { description as example } from '../../wire/description.js'

/** A model that steps when told to, without learning: each step changes every weight, and now and then adds a room. */
export interface StandIn extends Applicable {
  readonly description: Description
  readonly counters: { learned: number }
  /** The number of times that it was copied. */
  copies: number
  advance(steps?: number): void
  happen(event: ModelEvent): void
  publish(): Publication
  listen(listener: (event: ModelEvent) => void): () => void
  readonly listeners: ReadonlySet<unknown>
}

export const describe = (size = 3, precision: 'f32' | 'f64' = 'f64', hash = `${precision}-${size}`): Description => ({
  ...example,
  precision,
  layout: [{ name: 'w', offset: 0, size, shape: [size], group: 'weight' }],
  hash,
})

export const standIn = (description: Description = describe()): StandIn => {
  const { size } = description.layout[0]
  let parameters: Floats = description.precision === 'f32' ? new Float32Array(size) : new Float64Array(size)
  let statistics: Float64Array = new Float64Array(2)
  let rooms: Value[] = []
  let powers: Value[] = []
  let step = 0
  const listeners = new Set<(event: ModelEvent) => void>()

  return {
    description,
    counters: { learned: 0 },
    copies: 0,
    listeners,
    get step() {
      return step
    },
    advance(steps = 1) {
      for (let i = 0; i < steps; i += 1) {
        step += 1
        this.counters.learned += 1
        parameters[step % size] += 1 / step
        statistics[0] += 0.1
        if (step % 100 === 1) rooms.push(`room ${step}`)
      }
    },
    happen(event) {
      for (const listener of listeners) listener(event)
    },
    publish() {
      this.copies += 1
      return { step, parameters: parameters.slice(), statistics: statistics.slice(), vocabularies: [[...rooms]] }
    },
    apply(publication) {
      step = publication.step
      parameters = publication.parameters
      statistics = publication.statistics
      rooms = [...publication.vocabularies[0]]
      powers = []
    },
    predict<R = Row>(row: R): Prediction<R> {
      const { temperature, room } = row as { temperature: number; room: string }
      let value = statistics[0] + rooms.indexOf(room) + powers.length
      for (const w of parameters) value += w * temperature
      return { kind: 'prediction', row, step, value }
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
