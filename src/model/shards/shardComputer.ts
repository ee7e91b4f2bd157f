import { compileLearner } from '../../compile/compiled.js'
import type { Plan } from '../../compile/configuration.js'
import { bringMixing } from '../../compile/mixExperts.js'
import { planOf } from '../../compile/planOf.js'
import type { RowNumbers, RowResults, Run, Task } from '../../engine.js'
import { chooseExecutor } from '../../kernels/host/choose.js'
import type { Floats } from '../../values.js'
import { createMachine } from '../step/machine.js'

/** Computes shards of the gradient of a model that is trained elsewhere. */
export interface ShardComputer {
  /**
   * Returns views into which everything that the gradient depends on is written; they are valid until rows are
   * computed.
   */
  parameters(): Floats
  statistics(): Floats
  /** Writes the results of a run's rows, each at its place, and the sum of their gradients, starting from zero. */
  compute(run: Run, rows: RowNumbers, results: RowResults, gradient: Floats): void
}

/**
 * Returns the plan of a model's learning half, as far as its gradient needs it.
 * @throws RangeError for a custom loss, which cannot be sent as plain data
 */
export const planOfTask = ({ description, freeze }: Task): Plan => ({ ...planOf(description), freeze })

/** Rebuilds, from plain data, what computes a model's gradient; its bits equal the model's own. */
export const createShardComputer = (task: Task): ShardComputer => {
  bringMixing()
  const plan = planOfTask(task)
  const { core, pass, window } = createMachine(compileLearner(plan), chooseExecutor(undefined, plan.fast))
  const { outputs } = plan

  return {
    parameters: () => core.region('parameters'),
    statistics: () => core.region('statistics'),
    compute(run, numbers, results, gradient) {
      const [from, count] = run
      // The run's first row stands in the arena's first slot, wherever the run lies in its window.
      const rows = { ...numbers, first: -from }
      window.score(rows, run, () => {
        for (let i = 0; i < count; i++) results.links.set(pass.links(i), (from + i) * outputs)
      })
      for (let i = 0; i < count; i++) {
        results.outputs.set(pass.outputs(i), (from + i) * outputs)
        results.deltas.set(pass.deltas(i), (from + i) * outputs)
        const own = pass.losses(i)
        results.losses.set(own, (from + i) * own.length)
      }
      window.sum(rows, run)
      gradient.set(core.region('gradient'))
    },
  }
}
