import * as losses from '../losses/index.js'
import { sgd } from '../optimizers/index.js'
import type { Description, Predictor, Publication, Row } from '../types.js'
import { assemble } from './assemble.js'
import type { Plan } from './configuration.js'
import { createCore } from './core.js'
import { layoutOf } from './layout.js'
import { createPass } from './pass.js'
import { createReader } from './predictions.js'
import { createRowPredictor } from './predictRow.js'
import { checkPublication, publishInto } from './snapshot.js'

/** The predicting half of a model that learns elsewhere. */
export interface PublishedPredictor<R = Row> extends Predictor<R> {
  /** Takes over all that `predict` reads, as of one step. */
  apply(publication: Publication): void
}

/**
 * Rebuilds the predicting half of a model from its description: at equal step it predicts with the model's own bytes.
 *
 * @example
 * const replica = createPredictor(model.description)
 * replica.apply(model.publish())
 * replica.predict(row)   // equal to model.predict(row), to the bit
 */
export const createPredictor = <R = Row>(description: Description): PublishedPredictor<R> => {
  const plan = planOf(description)
  const tensors = layoutOf(plan)
  const core = createCore(plan, tensors, assemble(plan, tensors))
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

/** The plan of a model's predicting half. */
export const planOf = (description: Description): Plan => ({
  ...{ circuit: description.circuit, layers: undefined, features: description.features, target: description.target },
  ...{ precision: description.precision, statistics: description.statistics },
  loss: lossOf(description),
  optimizer: sgd(),
  seed: 0,
  freeze: [],
  guardEvery: 1,
  shards: 1,
  weight: undefined,
  cursor: undefined,
  executor: undefined,
  outputs: Object.values(description.circuit.outputs).reduce(
    (total, id) => total + (description.circuit.nodes[id]?.shape[0] ?? 1),
    0,
  ),
})

const lossOf = ({ loss: { kind, ...settings } }: Description): Plan['loss'] => {
  const make = (losses as unknown as Record<string, ((settings: object) => Plan['loss']) | undefined>)[kind]
  if (!make)
    throw new RangeError(`there is no loss '${kind}' here: a loss of one's own is no plain data and cannot be rebuilt.`)
  return make(settings)
}
