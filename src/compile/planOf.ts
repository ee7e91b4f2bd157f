import * as losses from '../losses/index.js'
import { sgd } from '../optimizers/index.js'
import type { Description } from '../records.js'
import { elementOf, type Plan } from './configuration.js'

/** The plan of a model's predicting half. */
export const planOf = (description: Description): Plan => ({
  ...{ circuit: description.circuit, layers: undefined, features: description.features, target: description.target },
  ...{
    precision: elementOf(description.precision),
    fast: description.precision === 'fast',
    statistics: description.statistics,
  },
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
