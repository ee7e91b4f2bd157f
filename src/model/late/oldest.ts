/** What waits since a time, in milliseconds. */
export interface Since {
  readonly at: number
}

/** Finds what has waited longest among entries that come in any order of their times. */
export interface Oldest {
  /** Adds an entry that has just been set. */
  add(key: string): void
  /**
   * Returns the key of the entry with the least time, of those the one that came first; undefined if there is none, or
   * if it is not as asked.
   */
  first(is?: (entry: Since) => boolean): string | undefined
}

interface Place {
  readonly key: string
  readonly entry: Since
  /** The number of entries that came before. */
  readonly turn: number
}

const isBefore = (a: Place, b: Place): boolean =>
  a.entry.at < b.entry.at || (a.entry.at === b.entry.at && a.turn < b.turn)

/**
 * Keeps the entries of a map in a binary heap. An entry that has left the map is dropped when it comes first, or when
 * more have left than are there.
 */
export const createOldest = (entries: ReadonlyMap<string, Since>): Oldest => {
  let heap: Place[] = []
  let turns = 0

  const up = (place: Place): void => {
    let i = heap.length
    heap.push(place)
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!isBefore(place, heap[parent])) break
      heap[i] = heap[parent]
      i = parent
    }
    heap[i] = place
  }
  const dropFirst = (): void => {
    const place = heap.pop() as Place
    if (heap.length === 0) return
    let i = 0
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++
      if (!isBefore(heap[child], place)) break
      heap[i] = heap[child]
      i = child
    }
    heap[i] = place
  }
  const isThere = ({ key, entry }: Place): boolean => entries.get(key) === entry

  const add = (key: string): void => up({ key, entry: entries.get(key) as Since, turn: turns++ })
  for (const key of entries.keys()) add(key)
  return {
    add(key) {
      add(key)
      if (heap.length <= 2 * entries.size + 16) return
      const there = heap.filter(isThere)
      heap = []
      for (const place of there) up(place)
    },
    first(is = () => true) {
      while (heap.length > 0 && !isThere(heap[0])) dropFirst()
      return heap.length > 0 && is(heap[0].entry) ? heap[0].key : undefined
    },
  }
}
