import type { ScoreboardReport } from '../../metrics/index.js'
import type { LearnedRows, Model, Row, Value } from '../../types.js'
import type { Sample } from '../../wire/index.js'
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
    const sample = latest === undefined ? undefined : sampleOf(model, latest)
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

/** The latest row as the model saw it, and what came of it. */
const sampleOf = (model: Model, { rows, predictions, losses }: LearnedRows): Sample | undefined => {
  const row = rows.at(-1)
  if (row === undefined || predictions === undefined) return undefined
  const example = model.stages.encode(row)
  if (example.kind === 'rejection') return undefined
  const last = predictions.size - 1
  const value = predictions.values[last]!
  const predicted = predictions.labels === undefined ? value : predictions.labels[value]
  const loss = losses[last]!
  return {
    type: 'sample',
    step: predictions.steps[last]!,
    x: [...example.x],
    row: plain(row),
    ...(example.y !== undefined && { y: [...example.y] }),
    ...(predicted !== undefined && { predicted }),
    ...(Number.isFinite(loss) && { loss }),
  }
}

const plain = (row: Row): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(row).filter((entry): entry is [string, Value] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]),
    ),
  )
