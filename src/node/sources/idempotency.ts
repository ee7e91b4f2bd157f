import { type Answer, failure } from '../http/answer.js'

/** Takes a request by its key and the digest of its body, unless it was taken before: then that answer is given again. */
export type Idempotency = (key: string | undefined, digest: string, take: () => Promise<Answer>) => Promise<Answer>

interface Known {
  readonly digest: string
  readonly answer: Promise<Answer>
}

/**
 * Remembers the newest `keys` keys of requests that were taken, and those of requests that wait. What was refused may be
 * sent again, and takes no room.
 */
export const createIdempotency = (keys: number): Idempotency => {
  const taken = new Map<string, Known>()
  const waiting = new Map<string, Known>()
  return (key, digest, take) => {
    if (key === undefined) return take()
    const known = waiting.get(key) ?? taken.get(key)
    if (known !== undefined)
      return known.digest === digest
        ? known.answer
        : Promise.resolve(failure(422, 'this Idempotency-Key came with another body; expected a new key for new rows.'))
    const entry = { digest, answer: take() }
    waiting.set(key, entry)
    const settle = (answer?: Answer): void => {
      waiting.delete(key)
      if (answer?.status !== 200) return
      taken.set(key, entry)
      if (taken.size > keys) taken.delete(taken.keys().next().value!)
    }
    void entry.answer.then(settle, () => settle())
    return entry.answer
  }
}
