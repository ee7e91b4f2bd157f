import { addRows } from './addRows.js'
import { merge } from './merge.js'
import type { Metric, RunningMetric } from './metric.js'

/** Sums of a metric over rows that follow one another. */
export interface RowBatch {
  readonly rows: number
  readonly sums: readonly number[]
}

/** Batches of equally many rows, the oldest first, and one that is not full: plain JSON data, changed in place. */
export interface BatchesState {
  length: number
  filled: number
  readonly open: number[]
  readonly closed: number[][]
}

/** Keeps a metric's sums over batches of rows, at most so many of them. */
export interface Batches {
  init(): BatchesState
  add(state: BatchesState, row: readonly number[]): void
  addRows(state: BatchesState, rows: readonly number[], count: number): void
}

/**
 * Cuts rows into batches that are the longer the more rows there are, because the means of long batches hardly depend
 * on one another: once there are `most`, an even number, any two neighbours become one. Where batches have become as
 * long as `longest`, the oldest one is dropped instead.
 *
 * @see Y. Yeh, B. W. Schmeiser (2000), Simulation output analysis via dynamic batch means, Winter Simulation Conference
 */
export function createBatches(metric: Metric, most: number, longest: number): Batches {
  const { size } = metric
  const zeros = (): number[] => new Array(size).fill(0)
  const ones: number[] = []

  function close(state: BatchesState): void {
    const { open, closed } = state
    closed.push(open.slice())
    open.fill(0)
    state.filled = 0
    if (closed.length < most) return
    if (2 * state.length > longest) {
      closed.shift()
      return
    }
    for (let i = 0; i < most / 2; i += 1) {
      closed[i] = closed[2 * i]
      merge(metric, closed[i], closed[2 * i + 1])
    }
    closed.length = most / 2
    state.length *= 2
  }

  return {
    init: () => ({ length: 1, filled: 0, open: zeros(), closed: [] }),
    add(state, row) {
      metric.add(state.open, row, 0, 1)
      state.filled += 1
      if (state.filled === state.length) close(state)
    },
    addRows(state, rows, count) {
      while (ones.length < count) ones.push(1)
      for (let from = 0; from < count; ) {
        const to = Math.min(count, from + state.length - state.filled)
        addRows(metric, state.open, rows, from, to, ones)
        state.filled += to - from
        if (state.filled === state.length) close(state)
        from = to
      }
    },
  }
}

/** Lists the batches, the oldest first, with the one that is not full. */
export function listBatches({ length, filled, open, closed }: BatchesState): RowBatch[] {
  const full = closed.map((sums) => ({ rows: length, sums }))
  return filled > 0 ? [...full, { rows: filled, sums: open }] : full
}

/** Lets a form keep the batches of its rows beside its own state. */
export function withBatches<S extends { batches?: BatchesState }>(
  form: RunningMetric<S>,
  batches: Batches,
): RunningMetric<S> {
  return {
    ...form,
    init: () => ({ ...form.init(), batches: batches.init() }),
    update(state, observation) {
      const row: number[] = []
      form.metric.measure(observation, row)
      this.add(state, row)
    },
    add(state, row) {
      form.add(state, row)
      batches.add(state.batches as BatchesState, row)
    },
    addRows(state, rows, count) {
      form.addRows(state, rows, count)
      batches.addRows(state.batches as BatchesState, rows, count)
    },
  }
}
