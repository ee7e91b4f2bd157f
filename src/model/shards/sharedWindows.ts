import type { Crew, RowResults } from '../../engine.js'
import type { Floats } from '../../values.js'
import type { Core } from '../state/core.js'
import type { Pass } from '../step/pass.js'
import { keepSum, runsOf } from './shards.js'

/** The numbers of a window's rows, row-major. */
export interface RowNumbers {
  readonly x: Floats
  readonly y: Float64Array
  readonly weights: Float64Array
  /** Whether x are columns, in the model's type; then the rows stand in the model's own arena already. */
  readonly placed: boolean
}

/** Windows whose shards a crew computes, with the bits of those that are computed here. Rows stand from slot `base` on. */
export interface SharedWindows {
  /**
   * The whole way of `size` rows, from their numbers to ∇.
   * @param predicted told of rows whose prediction stands in their slots
   */
  through(base: number, size: number, rows: RowNumbers, predicted: (first: number, count: number) => void): void
  /** ∇ alone, of rows that have been through the loss here. */
  gradient(base: number, size: number, rows: RowNumbers): void
}

export const createSharedWindows = (core: Core, pass: Pass, crew: Crew): SharedWindows => {
  const { plan, program, width, targets } = core
  const { outputs } = plan

  const put = (slot: number, i: number, from: RowResults): void => {
    pass.outputs(slot).set(from.outputs.subarray(i * outputs, (i + 1) * outputs))
    pass.deltas(slot).set(from.deltas.subarray(i * outputs, (i + 1) * outputs))
    pass.setLoss(slot, from.losses[i]!)
  }
  const compute = (
    base: number,
    size: number,
    { x, y, weights, placed }: RowNumbers,
    predicted: ((first: number, count: number) => void) | undefined,
  ): void => {
    core.reserveRows(base + size)
    const runs = runsOf(size, plan.shards)
    const here = (shard: number, onTop = false): Floats => {
      const [from, count] = runs[shard]!
      const first = base + from
      if (predicted) {
        for (let i = from; i < from + count && !placed; i++)
          pass.load(base + i, x as Float64Array, i * width, y, i * targets, weights[i]!)
        pass.predict(first, count, placed)
        predicted(from, count)
        pass.forward(first, count)
        pass.loss(first, count)
      }
      if (onTop) keepSum(core)
      core.run('zero')
      pass.backward(first, count)
      if (onTop) core.run('addShards')
      return core.region('gradient')
    }
    if (runs.length === 0) core.run('zero')
    if (runs.length === 1) here(0)
    if (runs.length > 1)
      crew.compute({
        ...{ size, outputs, runs, x, y, weights, placed, here },
        parameters: core.region('parameters'),
        statistics: core.region('statistics') as Float64Array,
        rows(shard, results) {
          if (!predicted) return
          const [from, count] = runs[shard]!
          for (let i = from; i < from + count; i++)
            pass.links(base + i).set(results.links.subarray(i * outputs, (i + 1) * outputs))
          predicted(from, count)
          for (let i = from; i < from + count; i++) put(base + i, i, results)
        },
        add(shard, gradient) {
          const own = core.region('gradient')
          if (shard > 0) {
            core.region('shards').set(gradient)
            core.run('addShards')
          } else if (gradient.buffer !== own.buffer) own.set(gradient)
        },
      })
    if (size === 0) return
    core.f64[program.places.inverseBatchSize >> 3] = 1 / size
    core.run('mean')
  }
  return {
    through: compute,
    gradient: (base, size, rows) => compute(base, size, rows, undefined),
  }
}
