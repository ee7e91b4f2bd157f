/** What is done with an element that comes when a buffer is full. */
export type Overflow = 'block' | 'dropOldest' | 'dropNewest' | 'sample' | 'error'

export const OVERFLOWS: readonly Overflow[] = ['block', 'dropOldest', 'dropNewest', 'sample', 'error']

/** Elements that wait, the oldest first; at most `capacity` of them. */
export interface Waiting<T> {
  readonly size: number
  /** Adds an element, and returns how many were dropped for it, which may be itself; undefined if it is full. */
  add(element: T): number | undefined
  /** Takes the oldest out; there must be one. */
  take(): T
  clear(): void
}

/** Creates a ring of elements, which grows up to its capacity. */
export const createWaiting = <T>(capacity: number, overflow: Overflow): Waiting<T> => {
  let ring: (T | undefined)[] = []
  let first = 0
  let size = 0
  /** One in so many elements is kept, by 'sample', and the number that came since one was. */
  let stride = 1
  let passed = 0

  const placeOf = (i: number): number => (first + i) % ring.length
  /** Copies the elements into a ring of another length, every `step`-th of them. */
  const move = (length: number, step: number): void => {
    const kept: (T | undefined)[] = []
    for (let i = 0; i < size; i += step) kept.push(ring[placeOf(i)])
    size = kept.length
    kept.length = length
    ring = kept
    first = 0
  }
  const push = (element: T): void => {
    if (size === ring.length) move(Math.min(capacity, Math.max(16, 2 * size)), 1)
    ring[placeOf(size)] = element
    size++
  }
  const take = (): T => {
    const element = ring[first] as T
    // An element that has left is not held any longer.
    ring[first] = undefined
    first = placeOf(1)
    size--
    if (size === 0) stride = 1
    return element
  }
  const isSkipped = (): boolean => {
    if (stride === 1) return false
    passed++
    if (passed < stride) return true
    passed = 0
    return false
  }
  return {
    get size() {
      return size
    },
    add(element) {
      if (overflow === 'sample' && isSkipped()) return 1
      if (size < capacity) {
        push(element)
        return 0
      }
      switch (overflow) {
        case 'dropOldest':
          take()
          push(element)
          return 1
        case 'dropNewest':
          return 1
        case 'sample': {
          if (capacity === 1) return 1
          move(ring.length, 2)
          const dropped = capacity - size
          stride *= 2
          passed = 0
          // The last one that is kept may be the one directly before this one, which is then left out.
          if (capacity % 2 === 1) {
            passed = stride / 2
            return dropped + 1
          }
          push(element)
          return dropped
        }
        default:
          return undefined
      }
    },
    take,
    clear() {
      ring = []
      first = 0
      size = 0
      stride = 1
    },
  }
}
