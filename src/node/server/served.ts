import type { Description, ModelEvent, Publication } from '../../records.js'
import type { Row } from '../../values.js'

/** The part of a model that a server reads. */
export interface Served {
  readonly step: number
  readonly description: Description
  readonly counters: { readonly learned: number; readonly rejected?: number }
  publish(): Publication
  listen(listener: (event: ModelEvent) => void): () => void
  /** What the endpoints `predict` and `control` need. */
  predict?(row: Row): object
  readonly learningRate?: number
  setLearningRate?(learningRate: number): void
}

/** Tells whether a server can read this as a model, for callers without types. */
export const isServed = (given: unknown): given is Served => {
  const { description, counters, publish, listen } = (given ?? {}) as Partial<Served>
  const parts = [description?.hash, counters?.learned, publish, listen]
  return parts.map((part) => typeof part).join() === 'string,number,function,function'
}
