import { assemble } from '../../compile/assemble.js'
import type { Plan } from '../../compile/configuration.js'
import { layoutOf } from '../../compile/layout.js'
import { learning } from '../../compile/learning.js'
import { planOf } from '../../compile/planOf.js'
import type { RowResults, Run, Task } from '../../engine.js'
import { chooseExecutor } from '../../kernels/host/choose.js'
import type { Floats } from '../../values.js'
import { createCore } from '../state/core.js'
import { createPass } from '../step/pass.js'
import type { RowNumbers } from './sharedWindows.js'

/** Computes shards of a model that learns elsewhere. */
export interface ShardComputer {
  /** Where all that a gradient is taken at is to be written, as views that are valid until rows are computed. */
  parameters(): Floats
  statistics(): Floats
  /** Writes what a run's rows come to, each at its place, and their ∇, summed from zero. */
  compute(run: Run, rows: RowNumbers, results: RowResults, gradient: Floats): void
}

/**
 * The plan of a model's learning half, as far as its gradient goes.
 * @throws RangeError for a loss of one's own, which is no plain data
 */
export const planOfTask = ({ description, freeze }: Task): Plan => ({ ...planOf(description), freeze })

/** Rebuilds from plain data what computes a model's gradient, with the model's own bits. */
export const createShardComputer = (task: Task): ShardComputer => {
  const plan = planOfTask(task)
  const tensors = layoutOf(plan)
  const core = createCore(plan, tensors, assemble(plan, tensors, learning), chooseExecutor(undefined, plan.fast))
  const pass = createPass(core)
  const { width, targets } = core
  const { outputs } = plan
  // row 0 is for single ones
  const base = 1

  return {
    parameters: () => core.region('parameters'),
    statistics: () => core.region('statistics'),
    compute([from, count], { x, y, weights, placed }, results, gradient) {
      core.reserveRows(base + count)
      for (let i = 0; i < count; i++) {
        const [xAt, yAt, weight] = [(from + i) * width, (from + i) * targets, weights[from + i]!] as const
        if (placed) {
          pass.put(base + i, x, xAt)
          pass.label(base + i, y, yAt, weight)
        } else pass.load(base + i, x as Float64Array, xAt, y, yAt, weight)
      }
      pass.predict(base, count, placed)
      for (let i = 0; i < count; i++) results.links.set(pass.links(base + i), (from + i) * outputs)
      pass.forward(base, count)
      pass.loss(base, count)
      for (let i = 0; i < count; i++) {
        results.outputs.set(pass.outputs(base + i), (from + i) * outputs)
        results.deltas.set(pass.deltas(base + i), (from + i) * outputs)
        results.losses[from + i] = pass.lossOf(base + i)
      }
      core.run('zero')
      pass.backward(base, count)
      gradient.set(core.region('gradient'))
    },
  }
}
