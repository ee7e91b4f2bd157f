import type { ScoreboardReport } from '../../metrics/index.js'
import type { Model } from '../../types.js'
import { createServer } from '../server/createServer.js'
import { ListenError } from '../server/errors.js'
import { InputError } from '../sources/index.js'

/** The page of a model that learns. */
export interface Page {
  readonly url: string
  /** After each step: frames and scores leave as often as the server lets them. */
  show(scores: () => ScoreboardReport): void
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
  return {
    url: server.url,
    show: (scores) => {
      if (server.publish(model)) server.show(model, { type: 'evaluation', step: model.step, ...scores() })
    },
    close: () => server.close(),
  }
}
