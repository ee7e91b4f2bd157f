import { checkWhole } from '../options/checkWhole.js'
import { checkMetric } from './checkMetric.js'
import type { Metric, RunningMetric } from './metric.js'

export interface RollingState {
  readonly kind: 'rolling'
  readonly size: number
  /** The place of the next row; once the window is full, that of the oldest row too. */
  next: number
  /** A ring of measured rows, `metric.width` numbers each. */
  readonly rows: number[]
}

/**
 * A metric over the last `size` rows.
 *
 * Rows are kept as measured and are summed when the value is read (about 10 µs per thousand rows; an update takes about
 * 10 ns). Running sums, to which the new row is added and from which the old one is subtracted, are not used: an error
 * of 10⁹ would spoil them long after it has left the window, because its square absorbed the digits of all the others.
 *
 * @throws RangeError if `size` is not a whole number ≥ 1
 * @example rolling(rmse(), 1000)
 * @see J. Gama, R. Sebastião, P. Rodrigues (2013), On evaluating stream learning algorithms, Machine Learning 90(3)
 */
export function rolling(metric: Metric, size = 1000): RunningMetric<RollingState> {
  checkMetric('rolling', metric)
  checkWhole('rolling: size is', size, ', the number of rows; leave it out for 1000')
  const { width } = metric
  const scratch: number[] = new Array(width).fill(0)
  const sums: number[] = new Array(metric.size).fill(0)

  function add(state: RollingState, row: readonly number[]): void {
    const { rows, next } = state
    if (rows.length < size * width) {
      for (let i = 0; i < width; i += 1) rows.push(row[i])
      return
    }
    for (let i = 0; i < width; i += 1) rows[next * width + i] = row[i]
    state.next = next + 1 === size ? 0 : next + 1
  }

  function addMany(state: RollingState, block: readonly number[], count: number): void {
    const { rows } = state
    const [end, capacity] = [count * width, size * width]
    let from = 0
    while (from < end && rows.length < capacity) rows.push(block[from++])
    let to = state.next * width
    while (from < end) {
      const stretch = Math.min(end - from, capacity - to)
      for (let i = 0; i < stretch; i += 1) rows[to + i] = block[from + i]
      from += stretch
      to = to + stretch === capacity ? 0 : to + stretch
    }
    state.next = to / width
  }

  function sum({ rows, next }: RollingState): readonly number[] {
    sums.fill(0)
    // Rows are added from the oldest to the newest, as in `cumulative`, so that both give the same bits.
    for (let at = next * width; at < rows.length; at += width) metric.add(sums, rows, at, 1)
    for (let at = 0; at < next * width; at += width) metric.add(sums, rows, at, 1)
    return sums
  }

  return {
    kind: 'rolling',
    metric,
    init() {
      return { kind: 'rolling', size, next: 0, rows: [] }
    },
    update(state, observation) {
      metric.measure(observation, scratch)
      add(state, scratch)
    },
    add,
    addRows: addMany,
    value(state) {
      return metric.value(sum(state))
    },
    sums: (state) => sum(state),
  }
}
