import type { Crew, RowNumbers, RowResults, Run } from '../../engine.js'
import type { Floats } from '../../values.js'
import type { Core } from '../state/core.js'
import type { Pass } from './pass.js'
import { runsOf } from './runs.js'
import { createShardSum } from './shardSum.js'

/** A window's rows: their numbers, and the slot of the first row in the arena; the other rows follow it. */
export interface WindowRows extends RowNumbers {
  readonly first: number
}
/** Is called with a run of rows once their predictions stand in their slots. */
export type Predicted = (from: number, count: number) => void

/**
 * The pass of a window's rows: enter, predict, forward, loss, backward, and the gradient of the whole window. The bits
 * are the same whether its parts are called one by one or at once, on this thread or by an engine's crew.
 */
export interface WindowPass {
  /** Puts the rows of a run into their slots. */
  enter(rows: WindowRows, run: Run): void
  /** Puts a run into its slots, predicts it by the model as it stands, and computes its losses. */
  score(rows: WindowRows, run: Run, predicted?: Predicted): void
  /** ∇ ← Σ w·∂l/∂θ over a run whose losses have been computed. */
  sum(rows: WindowRows, run: Run): void
  /** ∇ ← (1/b) Σ w·∂l/∂θ over `size` rows whose losses have been computed, cut into shards. */
  gradient(rows: WindowRows, size: number, crew?: Crew): void
  /** Does what `score` and `gradient` do, with the shards computed by the crew. */
  learn(rows: WindowRows, size: number, crew: Crew, predicted: Predicted): void
}

export const createWindowPass = (core: Core, pass: Pass): WindowPass => {
  const { plan, program, width, targets } = core
  const { outputs } = plan
  const shards = createShardSum(core)

  const window: WindowPass = {
    enter({ first, x, y, weights, placed }, [from, count]) {
      core.reserveRows(first + from + count)
      for (let i = from; i < from + count; i++) {
        const weight = weights[i]
        if (placed) {
          pass.put(first + i, x, i * width)
          pass.label(first + i, y, i * targets, weight)
        } else pass.load(first + i, x as Float64Array, i * width, y, i * targets, weight)
      }
    },
    score(rows, run, predicted) {
      const [from, count] = run
      const slot = rows.first + from
      window.enter(rows, run)
      pass.predict(slot, count, rows.placed)
      predicted?.(from, count)
      pass.forward(slot, count)
      pass.loss(slot, count)
    },
    sum({ first }, [from, count]) {
      core.run('zero')
      pass.backward(first + from, count)
    },
    gradient: (rows, size, crew) => compute(rows, size, crew),
    learn: (rows, size, crew, predicted) => compute(rows, size, crew, predicted),
  }

  /** @param predicted is omitted if the rows' losses have already been computed here */
  const compute = (rows: WindowRows, size: number, crew?: Crew, predicted?: Predicted): void => {
    if (size === 0) return void core.run('zero')
    // The room is reserved first, because the views that the crew is shown are valid only while memory does not move.
    core.reserveRows(rows.first + size)
    const runs = runsOf(size, plan.shards)
    const here = (shard: number): void => {
      const run = runs[shard]
      if (predicted) window.score(rows, run, predicted)
      shards.compute(shard, () => window.sum(rows, run))
    }
    shards.begin()
    if (crew && runs.length > 1)
      crew.compute({
        ...{ ...rows, size, outputs, runs, here, losses: pass.losses(0).length },
        parameters: core.region('parameters'),
        statistics: core.region('statistics') as Float64Array,
        deliver(shard, results, gradient) {
          if (predicted) put(rows.first, runs[shard], results, predicted)
          shards.take(shard, gradient)
        },
      })
    else for (let shard = 0; shard < runs.length; shard++) here(shard)
    core.f64[program.places.inverseBatchSize >> 3] = 1 / size
    core.run('mean')
  }

  /** Writes the results of rows that were computed elsewhere into their slots. */
  const put = (first: number, [from, count]: Run, results: RowResults, predicted: Predicted): void => {
    for (let i = from; i < from + count; i++) pass.links(first + i).set(part(results.links, i))
    predicted(from, count)
    for (let i = from; i < from + count; i++) {
      pass.outputs(first + i).set(part(results.outputs, i))
      pass.deltas(first + i).set(part(results.deltas, i))
      const losses = pass.losses(first + i)
      losses.set(results.losses.subarray(i * losses.length, (i + 1) * losses.length))
    }
  }
  const part = (numbers: Floats, i: number): Floats => numbers.subarray(i * outputs, (i + 1) * outputs)

  return window
}
