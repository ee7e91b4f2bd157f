/**
 * Several lines over one rising x, from the first point on, in memory that never grows: when it is full, neighbours are
 * merged, two into one, and each point keeps the lowest and the highest value that it stands for.
 */
export interface Series {
  readonly length: number
  readonly lines: number
  readonly x: Float64Array
  /** The values of all lines, point by point. NaN means that a line has no value there. */
  readonly low: Float64Array
  readonly high: Float64Array
  add(x: number, values: ArrayLike<number>): void
  clear(): void
}

export const createSeries = (lines: number, capacity = 2048): Series => {
  const x = new Float64Array(capacity)
  const low = new Float64Array(capacity * lines)
  const high = new Float64Array(capacity * lines)
  let length = 0
  /** The number of values that a point stands for, and the number that the last point has so far. */
  let stride = 1
  let filled = 0

  /** Merges point `from` into point `to`. */
  const merge = (to: number, from: number): void => {
    x[to] = x[from]!
    for (let i = 0; i < lines; i += 1) {
      const [a, b] = [to * lines + i, from * lines + i]
      low[a] = lower(low[a], low[b])
      high[a] = higher(high[a], high[b])
    }
  }
  const halve = (): void => {
    for (let i = 0; i < length; i += 1) {
      const to = i >> 1
      if (i % 2 === 1) merge(to, i)
      else {
        x[to] = x[i]!
        low.copyWithin(to * lines, i * lines, (i + 1) * lines)
        high.copyWithin(to * lines, i * lines, (i + 1) * lines)
      }
    }
    length = (length + 1) >> 1
    stride *= 2
  }

  return {
    get length() {
      return length
    },
    lines,
    x,
    low,
    high,
    add(at, values) {
      if (length > 0 && filled < stride) {
        const last = length - 1
        x[last] = at
        for (let i = 0; i < lines; i += 1) {
          low[last * lines + i] = lower(low[last * lines + i], values[i])
          high[last * lines + i] = higher(high[last * lines + i], values[i])
        }
        filled += 1
        return
      }
      if (length === capacity) halve()
      x[length] = at
      for (let i = 0; i < lines; i += 1) low[length * lines + i] = high[length * lines + i] = values[i]!
      length += 1
      filled = 1
    },
    clear() {
      length = filled = 0
      stride = 1
    },
  }
}

const lower = (a: number, b: number): number => (b < a || Number.isNaN(a) ? b : a)
const higher = (a: number, b: number): number => (b > a || Number.isNaN(a) ? b : a)
