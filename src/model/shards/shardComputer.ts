import { compileLearner } from '../../compile/compiled.js'
import type { Plan } from '../../compile/configuration.js'
import { planOf } from '../../compile/planOf.js'
import type { RowNumbers, RowResults, Run, Task } from '../../engine.js'
import { chooseExecutor } from '../../kernels/host/choose.js'
import type { Floats } from '../../values.js'
import { createMachine } from '../step/machine.js'

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
  const { core, pass, window } = createMachine(compileLearner(plan), chooseExecutor(undefined, plan.fast))
  const { outputs } = plan

  return {
    parameters: () => core.region('parameters'),
    statistics: () => core.region('statistics'),
    compute(run, numbers, results, gradient) {
      const [from, count] = run
      // the run stands from the arena's first slot on, wherever it stands in its window
      const rows = { ...numbers, first: -from }
      window.score(rows, run, () => {
        for (let i = 0; i < count; i++) results.links.set(pass.links(i), (from + i) * outputs)
      })
      for (let i = 0; i < count; i++) {
        results.outputs.set(pass.outputs(i), (from + i) * outputs)
        results.deltas.set(pass.deltas(i), (from + i) * outputs)
        results.losses[from + i] = pass.lossOf(i)
      }
      window.sum(rows, run)
      gradient.set(core.region('gradient'))
    },
  }
}
