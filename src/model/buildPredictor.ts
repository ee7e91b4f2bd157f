import { compiledPredictor } from '../compile/compiled.js'
import type { Members } from '../compile/planOf.js'
import type { ChooseExecutor } from '../kernels/host/preferWasm.js'
import type { Description, Predictor, Publication } from '../records.js'
import type { Row } from '../values.js'
import { checkPublication, publishInto } from './state/publication.js'
import { createMachine } from './step/machine.js'
import { createRowPredictor } from './step/predictRow.js'

/** The predicting half of a model that is trained elsewhere. */
export interface PublishedPredictor<R = Row> extends Predictor<R> {
  /** Takes over everything that `predict` reads, as it stood at one step. */
  apply(publication: Publication): void
}

/** Builds the predicting half of a model that is trained elsewhere, for either executor. */
export const buildPredictor = <R = Row>(
  description: Description,
  members: Members,
  choose: ChooseExecutor,
): PublishedPredictor<R> => {
  const compiled = compiledPredictor(description, members)
  const machine = createMachine(compiled, choose(undefined, compiled.plan.fast))
  const { core } = machine

  return {
    get step() {
      return core.step
    },
    predict: createRowPredictor<R>(machine),
    apply(publication) {
      checkPublication(core, publication)
      publishInto(core, publication)
    },
  }
}
