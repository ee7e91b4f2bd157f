import type { Fields } from '../features/field.js'
import type { FieldKind } from '../features/kind.js'
import { type FieldKinds, fieldKindsWith, fieldOf } from '../features/kinds.js'
import type { LossFunction } from '../losses/index.js'
import * as losses from '../losses/index.js'
import { sgd } from '../optimizers/index.js'
import { type Filled, optionsOf } from '../options/optionsOf.js'
import type { Description } from '../records.js'
import { elementOf, type Plan } from './configuration.js'
import { featuresFor } from './resolvePlan.js'

/** The custom members that a description names, which are needed to rebuild it. */
export interface Members {
  /** Custom field kinds, as rows of the table of kinds. */
  readonly fieldKinds?: readonly FieldKind[] | undefined
  /** Custom losses by kind: each function creates a loss from its settings. */
  readonly losses?: Readonly<Record<string, (settings: never) => LossFunction>> | undefined
}

const fieldsOf = (settings: Description['features'], kinds: FieldKinds): Fields =>
  Object.fromEntries(Object.entries(settings).map(([name, field]) => [name, fieldOf(field, kinds)]))

/**
 * Rebuilds the plan of a model's predicting half.
 * @throws RangeError for a kind of field or a loss that is neither in this library nor among `members`
 */
export const planOf = (description: Description, given?: Members): Plan => {
  const members = optionsOf('createPredictor', given, { fieldKinds: undefined, losses: undefined })
  return {
    ...{ circuit: description.circuit, layers: undefined, experts: description.experts },
    features: featuresFor(description.circuit, fieldsOf(description.features, fieldKindsWith(members.fieldKinds))),
    target: fieldsOf(description.target, fieldKindsWith(members.fieldKinds)),
    ...{
      precision: elementOf(description.precision),
      fast: description.precision === 'fast',
      statistics: description.statistics,
    },
    loss: lossOf(description, members),
    optimizer: sgd(),
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
  }
}

const lossOf = (
  { loss: { kind, task, ...settings } }: Description,
  { losses: own }: Filled<Members, Members>,
): LossFunction => {
  const known: Readonly<Record<string, unknown>> = { ...losses, ...own }
  const make = Object.hasOwn(known, kind) ? (known[kind] as (settings: object) => LossFunction) : undefined
  if (!make)
    throw new RangeError(
      `createPredictor: there is no loss '${kind}' here; give a loss of your own by its kind, as in createPredictor(description, { losses: { ${kind} } }).`,
    )
  return make(settings)
}
