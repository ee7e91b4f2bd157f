import type { ScoreboardReport } from '../../metrics/index.js'
import type { LearnedRows, Model } from '../../types.js'
import { sampleOf } from '../../wire/sampleOf.js'
import { createServer } from '../server/createServer.js'
import { ListenError } from '../server/errors.js'
import { InputError } from '../sources/index.js'

/** The page of a model that learns. */
export interface Page {
  readonly url: string
  /** After each step: frames, scores and the latest row leave as often as the server lets them. */
  show(learned: LearnedRows, scores: () => ScoreboardReport): void
  /** The end of the input: what was shown last may be some rows old. */
  conclude(scores: ScoreboardReport): void
  close(): Promise<void>
}

/** Serves a model on a port of this machine; undefined when no port was asked for. */
export const openPage = async (port: number | undefined, name: string, model: Model): Promise<Page | undefined> => {
  if (port === undefined) return undefined
  const server = await createServer({ models: { [name]: model }, port }).catch((error: unknown) => {
    if (error instanceof ListenError)
      throw new InputError(`--serve ${port}: ${error.message.replace('createServer: ', '')}`)
    throw error
  })
  let latest: LearnedRows | undefined
  const tell = (scores: ScoreboardReport): void => {
    server.show(model, { type: 'evaluation', step: model.step, ...scores })
    const sample = latest === undefined ? undefined : sampleOf(latest)
    if (sample !== undefined) server.show(model, sample)
  }
  return {
    url: server.url,
    show: (learned, scores) => {
      latest = learned
      if (server.publish(model)) tell(scores())
    },
    conclude: tell,
    close: () => server.close(),
  }
}
