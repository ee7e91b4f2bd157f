import type { Timed } from './timed.js'

/** Rows by their time, and by their turn among those of one time, in a binary heap. */
export interface Earliest {
  readonly size: number
  add(row: Timed): void
  /** The earliest one; undefined if there is none. */
  readonly first: Timed | undefined
  /** Takes the earliest one out; there must be one. */
  take(): Timed
  /** All of them, in no particular order. */
  all(): readonly Timed[]
}

const isBefore = (a: Timed, b: Timed): boolean => a.at < b.at || (a.at === b.at && a.turn < b.turn)

export const createEarliest = (): Earliest => {
  const heap: Timed[] = []
  return {
    get size() {
      return heap.length
    },
    get first() {
      return heap[0]
    },
    add(row) {
      let i = heap.length
      heap.push(row)
      while (i > 0) {
        const parent = (i - 1) >> 1
        if (!isBefore(row, heap[parent])) break
        heap[i] = heap[parent]
        i = parent
      }
      heap[i] = row
    },
    take() {
      const first = heap[0]
      const row = heap.pop() as Timed
      if (heap.length === 0) return first
      let i = 0
      for (let child = 1; child < heap.length; child = 2 * i + 1) {
        if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++
        if (!isBefore(heap[child], row)) break
        heap[i] = heap[child]
        i = child
      }
      heap[i] = row
      return first
    },
    all: () => heap,
  }
}
