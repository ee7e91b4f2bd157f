import { type Answer, failure } from '../http/answer.js'
import type { SentRows } from '../journal/journal.js'

export const taken = (rows: number): Answer => ({ status: 200, body: { taken: rows } })

/** An idempotency key, and the digest of what was sent under it. */
export interface Sent {
  readonly key: string
  readonly digest: string
}

/** Takes a request by its key and the digest of its body, unless it was taken before: then that answer is given again. */
export type Idempotency = (
  key: string | undefined,
  digest: string,
  take: (sent?: Sent) => Promise<Answer>,
) => Promise<Answer>

interface Known {
  readonly digest: string
  readonly answer: Promise<Answer>
}

/**
 * Remembers the newest `keys` keys of requests that were taken, and those of requests that wait. What was refused may be
 * sent again, and takes no room.
 *
 * @param earlier what a process before this one has taken, the oldest first
 */
export const createIdempotency = (keys: number, earlier: Iterable<readonly [string, SentRows]> = []): Idempotency => {
  const answered = new Map<string, Known>()
  const remember = (key: string, known: Known): void => {
    answered.set(key, known)
    if (answered.size > keys) answered.delete(answered.keys().next().value!)
  }
  for (const [key, { digest, rows }] of earlier) remember(key, { digest, answer: Promise.resolve(taken(rows)) })
  const waiting = new Map<string, Known>()
  return (key, digest, take) => {
    if (key === undefined) return take()
    const known = waiting.get(key) ?? answered.get(key)
    if (known !== undefined)
      return known.digest === digest
        ? known.answer
        : Promise.resolve(failure(422, 'this Idempotency-Key came with another body; expected a new key for new rows.'))
    const entry = { digest, answer: take({ key, digest }) }
    waiting.set(key, entry)
    const settle = (answer?: Answer): void => {
      waiting.delete(key)
      if (answer?.status === 200) remember(key, entry)
    }
    void entry.answer.then(settle, () => settle())
    return entry.answer
  }
}
