import type { Description, ModelEvent, Publication } from '../../records.js'

/** The part of a model that a server reads. */
export interface Served {
  readonly step: number
  readonly description: Description
  readonly counters: { readonly learned: number }
  publish(): Publication
  listen(listener: (event: ModelEvent) => void): () => void
}

/** Tells whether a server can read this as a model, for callers without types. */
export const isServed = (given: unknown): given is Served => {
  const { description, counters, publish, listen } = (given ?? {}) as Partial<Served>
  const parts = [description?.hash, counters?.learned, publish, listen]
  return parts.map((part) => typeof part).join() === 'string,number,function,function'
}
