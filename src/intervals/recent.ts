/** The last numbers of a stream in order of size. It is rebuilt from its ring, which is all that a snapshot needs. */
export interface Recent {
  /** The same numbers in rising order. */
  readonly sorted: Float64Array
  readonly size: number
  /** Adds a number, in place of the oldest one once there are as many as the ring may hold. */
  add(value: number): void
}

/** The numbers in order of arrival, and where the next one goes once there are as many as `window`. */
export interface Ring {
  readonly values: number[]
  next: number
}

/** Returns how many of the first `size` numbers are below a value. */
const below = (sorted: Float64Array, size: number, value: number): number => {
  let [low, high] = [0, size]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Keeps the numbers of a ring sorted. */
export const createRecent = (ring: Ring, window: number): Recent => {
  const sorted = new Float64Array(window)
  sorted.set(ring.values)
  let size = ring.values.length
  sorted.subarray(0, size).sort()
  return {
    sorted,
    get size() {
      return size
    },
    add(value) {
      if (size === window) {
        const oldest = below(sorted, size, ring.values[ring.next])
        sorted.copyWithin(oldest, oldest + 1, size)
        size--
        ring.values[ring.next] = value
        ring.next = (ring.next + 1) % window
      } else ring.values.push(value)
      const at = below(sorted, size, value)
      sorted.copyWithin(at + 1, at, size)
      sorted[at] = value
      size++
    },
  }
}
