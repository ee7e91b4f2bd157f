import type { Members } from '../compile/planOf.js'
import { createPredictor as createModelPredictor } from '../model/createPredictor.js'
import type { Description, Prediction, Predictor, Publication } from '../records.js'
import type { Row } from '../values.js'
import { connect } from './connect.js'
import { type Connection, ConnectionError, type ConnectOptions, type Frame } from './connection.js'
import { createDeferred } from './deferred.js'
import { createMailbox } from './mailbox.js'

/** A model's predicting half, built from its description. It predicts once a publication has been applied. */
export interface Applicable extends Predictor {
  /** Applies a publication as a whole or not at all: when it throws, the predictor is as before. */
  apply(publication: Publication): void
}
export type CreatePredictor = (description: Description, members: Members) => Applicable

/** The options of `connect` without `want`, because a replica always wants frames. */
export interface ReplicaOptions extends Omit<ConnectOptions, 'want' | 'fieldKinds'>, Members {
  /** Builds the predicting half. Default: the model's own. */
  readonly createPredictor?: CreatePredictor
}

interface Following {
  readonly predictor: Applicable
  readonly description: Description
  readonly epoch: number
}

/** The predicting half of a model that learns elsewhere. */
export interface Replica<R = Row> extends Predictor<R> {
  readonly description: Description
  /** The run of the server to which `step` belongs. */
  readonly epoch: number
  /** Each step that it comes to, the present one first; the newest only, for who reads slowly. */
  readonly steps: AsyncIterable<number>
  readonly connection: Connection
  /** No more steps come; it goes on predicting as it is. Ends the connection too, unless it was given one. */
  close(): void
}

/**
 * A predictor that follows a server's model: at equal step it predicts the server's bytes. It needs no code of the
 * application: the welcome has the circuit, the features and the layout; each frame has θ, statistics and vocabularies.
 *
 * @throws ConnectionError when no server, or not that model, is there
 * @example
 * const power = await replica('http://127.0.0.1:8080')
 * power.predict({ temperature: 21, humidity: 40, room: 'A', hour: 9 })
 */
export const replica = async <R = Row>(
  from: string | Connection,
  options: ReplicaOptions = {},
): Promise<Replica<R>> => {
  const { createPredictor = createModelPredictor } = options
  const connection = typeof from === 'string' ? connect(from, { ...options, want: ['frame'] }) : from
  const steps = createMailbox<number>()
  const ready = createDeferred<Following>()
  const messages = connection.messages[Symbol.asyncIterator]()
  let now: Following | undefined
  let next: Following | undefined

  const close = (error?: Error): void => {
    if (typeof from === 'string') connection.close()
    void messages.return?.()
    steps.end(error)
  }
  // A model of another circuit takes over only with its first frame: until then the old one answers.
  const apply = (frame: Frame): void => {
    const taking = next ?? now
    if (taking === undefined) return
    try {
      taking.predictor.apply(frame.publication)
    } catch (error) {
      connection.resync(`the frame of step ${frame.step} does not apply: ${(error as Error).message}`)
      return
    }
    now = taking
    next = undefined
    ready.resolve(now)
    steps.put('step', frame.step)
  }
  const follow = async (): Promise<void> => {
    for (let item = await messages.next(); !item.done; item = await messages.next()) {
      const message = item.value
      if (message.type === 'frame') apply(message)
      if (message.type !== 'welcome') continue
      const { description, epoch } = message
      const same = now?.description.hash === description.hash
      next = { predictor: same ? now!.predictor : createPredictor(description, options), description, epoch }
    }
  }
  follow().then(
    () => {
      steps.end()
      ready.reject(new ConnectionError('replica: the connection was closed before a snapshot came.'))
    },
    (error: Error) => {
      close(error)
      ready.reject(error)
    },
  )
  now = await ready.promise

  return {
    get step() {
      return now!.predictor.step
    },
    get description() {
      return now!.description
    },
    get epoch() {
      return now!.epoch
    },
    predict: (row) => now!.predictor.predict(row as Row) as Prediction<R>,
    steps: steps.items,
    connection,
    close: () => close(),
  }
}
