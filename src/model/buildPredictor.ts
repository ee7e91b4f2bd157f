import type { ChooseExecutor } from '../kernels/preferWasm.js'
import type { Description, Predictor, Publication, Row } from '../types.js'
import { assemble } from './assemble.js'
import { createCore } from './core.js'
import { layoutOf } from './layout.js'
import { createPass } from './pass.js'
import { planOf } from './planOf.js'
import { createReader } from './predictions.js'
import { createRowPredictor } from './predictRow.js'
import { checkPublication, publishInto } from './snapshot.js'

/** The predicting half of a model that learns elsewhere. */
export interface PublishedPredictor<R = Row> extends Predictor<R> {
  /** Takes over all that `predict` reads, as of one step. */
  apply(publication: Publication): void
}

/** The predicting half of a model that learns elsewhere, whoever executes its steps. */
export const buildPredictor = <R = Row>(description: Description, choose: ChooseExecutor): PublishedPredictor<R> => {
  const plan = planOf(description)
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
