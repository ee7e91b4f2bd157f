import { setImmediate } from 'node:timers/promises'

/** The longest stretch of work, in milliseconds. */
const LONGEST_MS = 8

let turns: Promise<unknown> = Promise.resolve()
/** Resolves after the event loop has turned, once for each who waits: otherwise all of them would work in one turn. */
const turn = (): Promise<unknown> => {
  turns = turns.then(() => setImmediate())
  return turns
}

/**
 * Does something with each item, in order. However many do so at the same time, the event loop turns after each stretch
 * of 8 ms of work.
 */
export const inSlices = async <A>(items: Iterable<A>, work: (item: A, i: number) => void): Promise<void> => {
  let i = 0
  await turn()
  let began = performance.now()
  for (const item of items) {
    work(item, i++)
    if (performance.now() - began < LONGEST_MS) continue
    await turn()
    began = performance.now()
  }
}
