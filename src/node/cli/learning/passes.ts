import { setImmediate as turn } from 'node:timers/promises'
import { createRandom } from '../../../random.js'
import { InputError, type RowAt, type Table } from '../../sources/index.js'
import type { LearnRequest } from '../arguments/args.js'
import type { Prepared } from '../models/prepare.js'
import { rowsIn } from './blockRows.js'

export interface PassesConfig {
  readonly request: Pick<LearnRequest, 'passes' | 'shuffle' | 'seed' | 'limit'>
  readonly prepared: Pick<Prepared, 'schema'>
  readonly reopen: () => Promise<Table>
  readonly isInterrupted: () => boolean
  /** Learns rows that were scored and written before. */
  readonly learn: (rows: readonly RowAt[]) => void
  /** Is told of the number of rows that were learned again so far. */
  readonly after: (rows: number) => void
  readonly inform: (text: string) => void
}

/** The number of rows that are learned until signals and timers get their turn. */
const PIECE = 512

/**
 * Learns the rows of files again, pass by pass. The scores are those of the first pass alone: later predictions are of
 * rows that the model has learned.
 */
export const learnAgain = async (config: PassesConfig): Promise<void> => {
  const { request, prepared, reopen, isInterrupted, learn, after, inform } = config
  const { passes, shuffle, seed = 0, limit } = request
  let learned = 0
  const take = async (rows: readonly RowAt[]): Promise<void> => {
    for (let from = 0; from < rows.length && !isInterrupted(); from += PIECE) {
      const piece = rows.slice(from, from + PIECE)
      learn(piece)
      learned += piece.length
      after(learned)
      await turn()
    }
  }
  /** The rows in the order of the files, which a shuffle takes from memory. */
  let kept: readonly RowAt[] | undefined
  for (let pass = 2; pass <= passes && !isInterrupted(); pass++) {
    inform(`pass    ${pass} of ${passes}`)
    if (kept !== undefined) {
      await take(shuffled(kept, seed, pass))
      continue
    }
    const all: RowAt[] = []
    let read = 0
    const table = await reopen()
    for await (const readings of table.rows(prepared.schema)) {
      const rows = rowsIn(readings, limit - read, () => {})
      read += rows.length
      if (shuffle) all.push(...rows)
      else await take(rows)
      if (read >= limit || isInterrupted()) break
    }
    if (!shuffle) continue
    kept = all
    await take(shuffled(all, seed, pass))
  }
}

/** Returns items in an order that the seed and the pass decide: the shuffle of Fisher and Yates. */
export const shuffled = <T>(items: readonly T[], seed: number, pass: number): T[] => {
  const random = createRandom(seed, `pass ${pass}`)
  const order = [...items]
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor((i + 1) * random.uniform(i))
    const item = order[i]!
    order[i] = order[j]!
    order[j] = item
  }
  return order
}

/**
 * Refuses inputs that cannot be read twice.
 *
 * @throws InputError
 */
export const refusePipes = (inputs: readonly string[], isFile: (name: string) => boolean): void => {
  const pipe = inputs.find((name) => name === '-' || !isFile(name))
  if (pipe !== undefined)
    throw new InputError(
      `--passes reads the input again, which ${pipe === '-' ? 'stdin' : pipe} does not allow; put it into a file first.`,
    )
}
