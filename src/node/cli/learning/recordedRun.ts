import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '../../../model.js'
import type { Row } from '../../../values.js'
import { openJournal } from '../../journal/openJournal.js'
import { InputError } from '../../sources/index.js'
import { requestOf } from '../arguments/args.js'
import { modelOf } from '../models/prepare.js'
import { openSaved, type Saved, withSaved } from '../models/session.js'
import { ROW, START } from '../output/recorder.js'
import { openOneModel } from './oneModel.js'

/** A run that `rxgrad learn --record` has kept, and that is learned again. */
export interface RecordedRun {
  readonly path: string
  /** The model as it was before the first row. */
  readonly saved: Saved
  readonly model: Model
  /** The number of its rows. */
  readonly rows: number
  /** The number of rows that were learned again so far. */
  readonly learned: number
  /** Returns a row by its number, the first of which is 1. */
  rowAt(number: number): Promise<Row | undefined>
  /** Learns its rows again, and yields the step once before the first row, and after each change. */
  steps(): AsyncGenerator<number, undefined>
}

/** Tells whether a path is a folder, as those of recorded runs are. */
export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** The event loop turns after so many rows. */
const ROWS = 256

/**
 * Opens a recorded run.
 *
 * @throws InputError if there is none, or if this version makes another model of its options; JournalError if its rows
 * are damaged
 */
export const openRun = async (path: string): Promise<RecordedRun> => {
  const start = join(path, START)
  if (!isFolder(path) || !existsSync(start))
    throw new InputError(
      `${path}: ${existsSync(path) ? 'this is no recorded run' : 'there is no such run'}; expected the folder that rxgrad learn --record wrote.`,
    )
  const saved = await openSaved(start)
  const request = { ...requestOf(withSaved(saved, {}), []), predictions: false }
  // This precision has separate kernels, which are loaded only if they are requested.
  if (request.precision === 'fast') await import('../../../kernels/host/fast.js')
  const model = modelOf(saved, request)
  const journal = await openJournal(path, { cursor: ROW, readOnly: true })
  if (journal.cut !== undefined) process.stderr.write(`note    ${journal.cut}\n`)
  const session = saved.session!
  let learned = 0
  async function* steps(): AsyncGenerator<number, undefined> {
    const [target] = Object.keys(saved.schema.target) as [string]
    const { by, season } = session
    const learning = openOneModel({
      ...{ model, session, request, by, season, recent: false, isRejected: () => false, show: () => {} },
      form: { target, keep: [], digits: undefined, file: undefined, intervals: request.confidence !== undefined },
    })
    let isOver = false
    try {
      yield model.step
      for await (const { [ROW]: at, ...row } of journal.rows({ to: journal.last }) as AsyncIterable<Numbered>) {
        const before = model.step
        learning.learn([{ kind: 'row', line: at + 1, row }])
        learned++
        if (model.step !== before) yield model.step
        if (learned % ROWS === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      // The last window may not be full, as it was not in the run.
      const before = model.step
      isOver = true
      learning.release()
      if (model.step !== before) yield model.step
    } finally {
      if (!isOver) learning.release()
    }
    return undefined
  }
  return {
    ...{ path, saved, model, steps },
    rows: journal.last + 1,
    get learned() {
      return learned
    },
    async rowAt(number) {
      if (number < 1 || number > journal.last + 1) return undefined
      const range = { after: number - 2, to: number - 1 }
      for await (const { [ROW]: _, ...row } of journal.rows(range) as AsyncIterable<Numbered>) return row
      return undefined
    },
  }
}

type Numbered = { readonly [ROW]: number } & Readonly<Record<string, never>>
