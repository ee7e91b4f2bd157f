import { createHash } from 'node:crypto'
import type { SentRows } from '../journal/journal.js'

/** What is answered to a request. */
export interface Answer {
  readonly status: number
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
}
export const failure = (status: number, error: string): Answer => ({ status, body: { error } })
export const taken = (rows: number): Answer => ({ status: 200, body: { taken: rows } })

/** An idempotency key, and the digest of what was sent under it. */
export interface Sent {
  readonly key: string
  readonly digest: string
}

/**
 * Creates the memory of the newest idempotency keys: a request whose key was taken before is answered again.
 *
 * @param known what an earlier process has taken, the oldest first
 */
export const createAnsweredOnce = (
  most: number,
  known: Iterable<readonly [string, SentRows]>,
): ((key: string | undefined, text: string, take: (sent?: Sent) => Promise<Answer>) => Promise<Answer>) => {
  interface Entry {
    readonly digest: string
    readonly answer: Promise<Answer>
  }
  const answers = new Map<string, Entry>()
  const remember = (key: string, entry: Entry): void => {
    answers.set(key, entry)
    if (answers.size > most) answers.delete(answers.keys().next().value!)
  }
  for (const [key, { digest, rows }] of known) remember(key, { digest, answer: Promise.resolve(taken(rows)) })

  return (key, text, take) => {
    if (key === undefined) return take()
    const digest = createHash('sha256').update(text).digest('base64')
    const earlier = answers.get(key)
    if (earlier !== undefined)
      return earlier.digest === digest
        ? earlier.answer
        : Promise.resolve(failure(422, 'this Idempotency-Key came with another body; expected a new key for new rows.'))
    const answer = take({ key, digest })
    const entry = { digest, answer }
    remember(key, entry)
    // Only what was taken is remembered: anything else may be sent again.
    const forget = (): void => {
      if (answers.get(key) === entry) answers.delete(key)
    }
    void answer.then(({ status }) => status === 200 || forget(), forget)
    return answer
  }
}
