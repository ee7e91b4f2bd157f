import type { ScoreboardReport } from '../../../metrics/index.js'
import type { AnyLearned } from '../../../metrics/observed.js'
import type { Model } from '../../../model.js'
import type { Row } from '../../../values.js'
import { sampleOf } from '../../../wire/sampleOf.js'
import { createServer } from '../../server/createServer.js'
import { ListenError } from '../../server/errors.js'
import type { Server } from '../../server/server.js'
import { InputError } from '../../sources/index.js'

/** What shows a model while it learns. */
export interface Shown {
  /** Shows the model after a step. Frames, scores and the latest row are sent as often as the server permits. */
  show(learned: AnyLearned<Row>, scores: () => ScoreboardReport): void
  /** Shows the model at the end of the input, because what was shown last may be some rows old. */
  conclude(scores: ScoreboardReport): void
  /** Passes rows on, and waits while the model is paused. */
  pausable<T>(rows: AsyncIterable<T>): AsyncIterable<T>
}

/** The page that shows a model. */
export interface Page extends Shown {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves a model on a port of this machine.
 *
 * @throws InputError if the server cannot listen on that port
 */
export const openPage = async (port: number, name: string, model: Model): Promise<Page> => {
  const server = await createServer({ models: { [name]: model }, port }).catch((error: unknown) => {
    if (error instanceof ListenError) throw new InputError(`--serve ${port}: ${reasonOf(port, error)}`)
    throw error
  })
  return { url: server.url, ...shownBy(server, model), close: () => server.close() }
}

/** Shows one of the models of a server. */
export const shownBy = (server: Server, model: Model): Shown => {
  let latest: AnyLearned<Row> | undefined
  const showScores = (scores: ScoreboardReport): void => {
    server.show(model, { type: 'evaluation', step: model.step, ...scores })
    const sample = latest === undefined ? undefined : sampleOf(latest)
    if (sample !== undefined) server.show(model, sample)
  }
  return {
    show: (learned, scores) => {
      latest = learned
      if (server.publish(model)) showScores(scores())
    },
    conclude: (scores) => {
      // If the last window was not full, its step came after the last `show`.
      server.publish(model)
      showScores(scores)
    },
    pausable: (rows) => server.pausable(model, rows),
  }
}

/** Says why the server cannot listen. Its own message names options that the command line does not have. */
export const reasonOf = (port: number, { cause }: ListenError): string => {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return `port ${port} is in use; give another port, or --serve 0 for any free one.`
  if (code === 'EACCES') return `this user may not listen on port ${port}; give a port above 1023.`
  return `the server cannot listen on port ${port}: ${message}.`
}
