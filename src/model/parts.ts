import type { Learned, Model, Update } from '../model.js'
import type { ModelEvent } from '../records.js'
import type { Workings } from './workings.js'

/** A model that uses working parts which several models share. */
export interface PartsUser {
  readonly model: Model<unknown>
  /** How many calls into the parts have not returned. */
  busy: number
  /** Is called when the model is used. */
  touch(): void
  /** Passes an event on to those who listen to this model. */
  hear(event: ModelEvent): void
  listen(listener: (event: ModelEvent) => void): () => void
  /** Gives the model working parts of its own for good, and returns them. */
  settle(): Workings<unknown>
}

/** A set of working parts that several models share, and the one that uses it now. */
export interface Parts {
  readonly own: Workings<unknown>
  /** The same parts, as they are given to the model that uses them. */
  readonly lent: Workings<unknown>
  user: PartsUser
}

/** Makes a model's working parts into a set that serves whichever model uses it. */
export const partsOf = (own: Workings<unknown>, first: PartsUser): Parts => {
  /** Marks the user as busy during a call, so that its parts are not taken away meanwhile. */
  const during = <T>(body: (user: PartsUser) => T): T => {
    const { user } = parts
    user.touch()
    user.busy++
    try {
      return body(user)
    } finally {
      user.busy--
    }
  }
  const { core, events, openWindow, hasStages } = own
  const lent: Workings<unknown> = {
    ...{ core, openWindow, hasStages, watch: own.watch },
    events: { ...events, listen: (listener) => parts.user.listen(listener) },
    guarded: (body, given) => during(() => own.guarded(body, given)),
    predict: (row) => during(() => own.predict(row)),
    learn: (given) => during(({ model }) => ofModel(own.learn(given) as Learned<unknown>, model)),
    stages() {
      // Within a step this is refused, because the rest of the step would be lost.
      own.guarded(() => undefined)
      return parts.user.settle().stages()
    },
  }
  const parts: Parts = { own, lent, user: first }
  events.listen((event) => parts.user.hear(event))
  return parts
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Writes which model has learned into a record that no one has seen yet. */
const ofModel = (learned: Writable<Learned<unknown>>, model: Model<unknown>): Learned<unknown> => {
  learned.model = model
  if (learned.update) (learned.update as Writable<Update<unknown>>).model = model
  return learned
}
