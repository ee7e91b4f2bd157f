import { assemble } from '../compile/assemble.js'
import { layoutOf } from '../compile/layout.js'
import { type Members, planOf } from '../compile/planOf.js'
import type { ChooseExecutor } from '../kernels/host/preferWasm.js'
import type { Description, Predictor, Publication } from '../records.js'
import type { Row } from '../values.js'
import { createCore } from './state/core.js'
import { checkPublication, publishInto } from './state/snapshot.js'
import { createPass } from './step/pass.js'
import { createReader } from './step/predictions.js'
import { createRowPredictor } from './step/predictRow.js'

/** The predicting half of a model that learns elsewhere. */
export interface PublishedPredictor<R = Row> extends Predictor<R> {
  /** Takes over all that `predict` reads, as of one step. */
  apply(publication: Publication): void
}

/** The predicting half of a model that learns elsewhere, whoever executes its steps. */
export const buildPredictor = <R = Row>(
  description: Description,
  members: Members,
  choose: ChooseExecutor,
): PublishedPredictor<R> => {
  const plan = planOf(description, members)
  const tensors = layoutOf(plan)
  const core = createCore(plan, tensors, assemble(plan, tensors), choose(undefined, plan.fast))
  const pass = createPass(core)
  const reader = createReader(core)

  return {
    get step() {
      return core.step
    },
    predict: createRowPredictor<R>(core, pass, reader),
    apply(publication) {
      checkPublication(core, publication)
      publishInto(core, publication)
    },
  }
}
