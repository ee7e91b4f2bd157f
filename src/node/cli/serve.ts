import type { ScoreboardReport } from '../../metrics/index.js'
import type { LearnedRows, Model } from '../../model.js'
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

/** Serves a model on a port of this machine. */
export const openPage = async (port: number, name: string, model: Model): Promise<Page> => {
  const server = await createServer({ models: { [name]: model }, port }).catch((error: unknown) => {
    if (error instanceof ListenError) throw new InputError(`--serve ${port}: ${whyNot(port, error)}`)
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
    conclude: (scores) => {
      // The last window was not full: its step came after the last `show`.
      server.publish(model)
      tell(scores)
    },
    close: () => server.close(),
  }
}

/** The server's own words are about its options; here there is one: the port. */
const whyNot = (port: number, { cause }: ListenError): string => {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return `port ${port} is in use; give another port, or --serve 0 for any free one.`
  if (code === 'EACCES') return `this user may not listen on port ${port}; give a port above 1023.`
  return `cannot listen on port ${port}: ${message}.`
}
