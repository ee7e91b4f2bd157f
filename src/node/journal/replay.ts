import { createHash } from 'node:crypto'
import type { Model } from '../../model.js'
import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import { checkModel } from '../../saved/savedModel.js'
import type { Cursor, Floats, Row } from '../../values.js'
import type { Journal } from './journal.js'
import { JournalError } from './journalError.js'
import { checkJournal } from './record.js'

export interface ReplayConfig {
  /** The step to which θ is rebuilt. Default: that of the last row. */
  readonly to?: number
  /** The number of rows of a step, as in `learn(model, { batch })`. Default: 1. */
  readonly batch?: number
}

/** What a model has come to. */
export interface Replayed {
  readonly step: number
  readonly cursor: Cursor | undefined
  /** The SHA-256 of θ, in hexadecimal digits: equal hashes are equal bits. */
  readonly sha256: string
}

/**
 * Rebuilds what a model was at a step, by learning the rows of a journal again: those behind `model.cursor`, or all if it
 * has none. From the start it takes a new model of the same configuration; from later on, one that was resumed from a
 * checkpoint before that step.
 *
 * The model learns as `learn(model, { batch })` does; what other operators of a pipe do to it, such as `forecast`, is
 * rebuilt by that pipe over `fromRows(journal.rows())`.
 *
 * @throws JournalError if rows are missing, or if the journal ends before the step; RangeError if the model is behind the
 * step already; TypeError for what is no journal or no model
 * @example
 * const journal = await openJournal('replayed')
 * await journal.append(rows)
 * const again = createModel({ features, target, layers: [dense(4, 'relu'), dense(1)] })
 * const { step, sha256 } = await replay(journal, again, { to: 25 })
 * await journal.close()
 */
export const replay = async <R extends object = Row>(
  journal: Journal<object>,
  model: Model<R>,
  config?: ReplayConfig,
): Promise<Replayed> => {
  checkJournal('replay', journal, 'rows')
  checkModel('replay', model, 'restore')
  const { to, batch } = optionsOf('replay', config, { to: undefined, batch: 1 })
  checkWhole('replay: batch is', batch)
  if (to !== undefined) {
    checkWhole('replay: to is', to)
    if (to < model.step)
      throw new RangeError(
        `replay: the model is at step ${model.step}, and step ${to} is asked for; expected a model of an earlier step, such as a new one.`,
      )
  }
  for await (const step of stepsOf('replay', journal, model, batch)) if (step === to) break
  if (to !== undefined && model.step < to)
    throw new JournalError(
      `replay: the journal in ${journal.folder} ends with row ${journal.last}, at step ${model.step}, and step ${to} is asked for; expected an earlier step, or the batch with which the model learned.`,
    )
  return { step: model.step, cursor: model.cursor, sha256: sha256Of(model) }
}

/** Returns the SHA-256 of θ, in hexadecimal digits. */
export const sha256Of = ({ parameters: { buffer, byteOffset, byteLength } }: { readonly parameters: Floats }): string =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex')

/** The event loop turns after so many rows. */
const ROWS = 256

/** Learns the rows behind the model's cursor, and yields at its first step and after each change of it. */
export async function* stepsOf<R extends object>(
  by: string,
  journal: Journal<object>,
  model: Model<R>,
  batch: number,
): AsyncGenerator<number, undefined> {
  const rows = (journal as Journal<R>).rows({ after: model.cursor, to: journal.last })
  const writer = model.stages.take(by, batch)
  try {
    yield model.step
    let count = 0
    for await (const row of rows) {
      const before = model.step
      writer.learn(row)
      if (model.step !== before) yield model.step
      if (++count % ROWS === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    const before = model.step
    writer.flush()
    if (model.step !== before) yield model.step
  } finally {
    writer.release()
  }
  return undefined
}
