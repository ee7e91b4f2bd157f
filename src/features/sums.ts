/** Numbers that are added up by index, in the order in which the indices first occurred. */
export interface Sums {
  /** The number of different indices; their indices and sums are the first elements of the two arrays. */
  count: number
  indices: Int32Array
  values: Float64Array
  add(index: number, value: number): void
  clear(): void
}

/** Up to this count, comparing all indices is faster than a lookup by hash. */
const FEW = 16

/** Creates sums with room for any number of indices. */
const createSums = (): Sums => {
  /** The place of each index, plus 1, at a hash of the index or behind it; twice as long as the arrays at least. */
  let places = new Int32Array(4 * FEW)
  let isSpread = false
  const slotOf = (index: number): number => {
    const mask = places.length - 1
    let slot = (Math.imul(index, 0x9e3779b1) >>> 7) & mask
    while (places[slot] !== 0 && sums.indices[places[slot] - 1] !== index) slot = (slot + 1) & mask
    return slot
  }
  const spread = (length: number): void => {
    if (length > places.length) places = new Int32Array(length)
    else places.fill(0)
    isSpread = true
    for (let i = 0; i < sums.count; i++) places[slotOf(sums.indices[i])] = i + 1
  }
  const grow = (): void => {
    const { indices, values } = sums
    sums.indices = new Int32Array(2 * indices.length)
    sums.values = new Float64Array(2 * values.length)
    sums.indices.set(indices)
    sums.values.set(values)
  }
  const append = (index: number, value: number): void => {
    if (sums.count === sums.indices.length) grow()
    sums.indices[sums.count] = index
    sums.values[sums.count++] = value
  }
  const sums: Sums = {
    count: 0,
    indices: new Int32Array(2 * FEW),
    values: new Float64Array(2 * FEW),
    add(index, value) {
      const { count, indices, values } = sums
      if (count < FEW) {
        for (let i = 0; i < count; i++)
          if (indices[i] === index) {
            values[i] += value
            return
          }
        append(index, value)
        return
      }
      if (!isSpread || 2 * count >= places.length) spread(4 * count)
      const slot = slotOf(index)
      const place = places[slot]
      if (place !== 0) values[place - 1] += value
      else {
        append(index, value)
        places[slot] = sums.count
      }
    },
    clear() {
      sums.count = 0
      isSpread = false
    },
  }
  return sums
}

const free: Sums[] = []
/** Sums with room for more indices than this are not kept for the next row. */
const MOST_KEPT = 1024
/** Lends sums that are empty; several are lent at once where one use encloses another. */
export const withSums = <T>(use: (sums: Sums) => T): T => {
  const sums = free.pop() ?? createSums()
  sums.clear()
  try {
    return use(sums)
  } finally {
    if (sums.indices.length <= MOST_KEPT) free.push(sums)
  }
}
