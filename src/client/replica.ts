import type { Members } from '../compile/planOf.js'
import { createPredictor as createModelPredictor } from '../model/createPredictor.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { Description, Prediction, Predictor, Publication } from '../records.js'
import type { Row } from '../values.js'
import { connect } from './connect.js'
import { type Connection, ConnectionError, type ConnectOptions, connectDefaults, type Frame } from './connection.js'
import { createDeferred } from './deferred.js'
import { createMailbox } from './mailbox.js'

/** The part of a model that predicts, built from its description. It needs a publication before it can predict. */
export interface Applicable extends Predictor {
  /** Applies a publication as a whole or not at all: if it throws, the predictor is unchanged. */
  apply(publication: Publication): void
}
export type CreatePredictor = (description: Description, members: Members) => Applicable

/** The options of `connect` without `want`, because a replica always wants frames. */
export interface ReplicaOptions extends Omit<ConnectOptions, 'want' | 'fieldKinds'>, Members {
  /** Builds the part that predicts. Default: the model's own. */
  readonly createPredictor?: CreatePredictor
}

interface Following {
  readonly predictor: Applicable
  readonly description: Description
  readonly epoch: number
}

/** A local copy of a model that learns elsewhere: it predicts, and does not learn. */
export interface Replica<R = Row> extends Predictor<R> {
  readonly description: Description
  /** The run of the server to which `step` belongs. */
  readonly epoch: number
  /** The steps that it reaches, the present one first; a slow reader gets only the newest. */
  readonly steps: AsyncIterable<number>
  readonly connection: Connection
  /**
   * Stops following the server; it continues to predict from its last step. This closes the connection too, unless the
   * caller provided it.
   */
  close(): void
}

/**
 * Creates a predictor that follows a server's model: at the same step, its predictions equal the server's, bit for bit.
 * It needs no code of the application, because the welcome has the circuit, the features and the layout, and each frame
 * has θ, the statistics and the vocabularies.
 *
 * @throws ConnectionError if there is no server, or the server does not have that model
 * @example
 * const power = await replica('http://127.0.0.1:8080')
 * power.predict({ temperature: 21, humidity: 40, room: 'A', hour: 9 })
 */
export const replica = async <R = Row>(
  from: string | Connection,
  options: ReplicaOptions = {},
): Promise<Replica<R>> => {
  const defaults = { createPredictor: createModelPredictor, losses: undefined }
  const { createPredictor, losses, ...own } = optionsOf('replica', options, { ...connectDefaults, ...defaults })
  const { fieldKinds } = own
  if (typeof from !== 'string' && typeof (from as Partial<Connection> | null)?.messages !== 'object')
    throw new TypeError(`replica: ${shown(from)} is given; expected the url of a server, or what connect returns.`)
  const connection = typeof from === 'string' ? connect(from, { ...own, want: ['frame'] }) : from
  const steps = createMailbox<number>()
  const ready = createDeferred<Following>()
  const messages = connection.messages[Symbol.asyncIterator]()
  let current: Following | undefined
  let upcoming: Following | undefined

  const close = (error?: Error): void => {
    if (typeof from === 'string') connection.close()
    void messages.return?.()
    steps.end(error)
  }
  // A model of another circuit takes over only with its first frame; until then, the old one predicts.
  const apply = (frame: Frame): void => {
    const following = upcoming ?? current
    if (following === undefined) return
    try {
      following.predictor.apply(frame.publication)
    } catch (error) {
      connection.resync(`the frame of step ${frame.step} does not apply: ${(error as Error).message}`)
      return
    }
    current = following
    upcoming = undefined
    ready.resolve(current)
    steps.put('step', frame.step)
  }
  const follow = async (): Promise<void> => {
    for (let item = await messages.next(); !item.done; item = await messages.next()) {
      const message = item.value
      if (message.type === 'frame') apply(message)
      if (message.type !== 'welcome') continue
      const { description, epoch } = message
      const same = current?.description.hash === description.hash
      upcoming = {
        predictor: same ? current!.predictor : createPredictor(description, { fieldKinds, losses }),
        description,
        epoch,
      }
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
  current = await ready.promise

  return {
    get step() {
      return current!.predictor.step
    },
    get description() {
      return current!.description
    },
    get epoch() {
      return current!.epoch
    },
    predict: (row) => current!.predictor.predict(row as Row) as Prediction<R>,
    steps: steps.items,
    connection,
    close: () => close(),
  }
}
