import type { Members } from '../compile/planOf.js'
import { columnsOf } from '../features/field.js'
import type { FieldSettings } from '../features/kind.js'
import { labelsOf } from '../features/kinds.js'
import { type Attributes, type Node, type Shape, sizeOf } from '../graph/graph.js'
import type { Model } from '../model.js'
import { optionsOf } from '../options/optionsOf.js'
import type { Description } from '../records.js'
import type { AnyValue, Value } from '../values.js'
import type { NearestRows } from './nearestRows.js'
import { featuresOf, predictionOf, type Statistics, type TrainedField } from './predictionOf.js'

/** A field of a trained model: its kind and settings, and what was learned of it. */
export interface TrainedFieldData extends FieldSettings {
  /** The number of its columns, and labels for those that have a meaning by now, in order. */
  readonly size: number
  readonly columns: readonly string[]
  /** Whether its columns are a sparse row: a count of entries, and then the index and the value of each. */
  readonly sparse?: true
  /** The numbers by which it is scaled; omitted if it is not. */
  readonly statistics?: Statistics
  /** The names of a category in column order. */
  readonly names?: readonly Value[]
}

/** A node of the graph of a prediction. */
export interface TrainedNode {
  readonly name: string
  readonly op: string
  /** The names of the nodes that it reads, which stand before it. */
  readonly inputs: readonly string[]
  readonly shape: Shape
  readonly attributes?: Attributes
  /** For an input of columns, the features whose columns it holds, side by side. */
  readonly reads?: readonly string[]
  /** For a constant, and for an input that is no feature, such as the weights of experts, its numbers in row-major order. */
  readonly values?: readonly number[]
  /** For an input that holds what the nearest of remembered rows say, these rows, the newest first. */
  readonly nearest?: NearestRows
}

/** A trained model as plain data. */
export interface TrainedModelData {
  readonly format: 1
  readonly step: number
  readonly precision: Description['precision']
  readonly statistics: Description['statistics']
  readonly features: Readonly<Record<string, TrainedFieldData>>
  readonly target: Readonly<Record<string, TrainedFieldData>>
  readonly loss: Description['loss']
  /** θ by the names that inspection shows, each in row-major order. */
  readonly weights: Readonly<Record<string, { readonly shape: Shape; readonly values: readonly number[] }>>
  /** The graph, in the order in which it is computed. */
  readonly nodes: readonly TrainedNode[]
  /** The node of the outputs after the link: numbers in the scale of the targets, or probabilities. */
  readonly output: string
}

const nameOf = ({ name, op }: Node, id: number): string => name ?? `${op}#${id}`

/**
 * Exports a trained model as plain data, for `JSON.stringify`: all that its predictions follow from at this step, for
 * people to read, and for a few lines of another language to compute.
 *
 * A prediction is computed in three steps. First, each feature becomes columns. For a `numeric` x, n, μ and σ² of its
 * `statistics` are advanced by x, as `numeric` says, unless `statistics` of the model is 'afterPrediction', and the
 * column is z = (x − μ)/σ within ± `clip`, 0 where x is missing, or x itself where `scale` is 'none'. A `category` is 1 in
 * the column of its name among `names` and 0 in the others, or where it is `sparse` the row [1, column, 1], and zeros for
 * a new name. Second, the `nodes` are computed one by one: an `input` takes the columns of the
 * features that it `reads`, a `weight` its numbers among `weights`, and each other op its `inputs`. Third, the number
 * predicted for a target is μ + σo by its `statistics`, where o is its element of `output`, or o itself without any. For a
 * category, `output` holds the probabilities of its `names` in order, or if it is a single number, that of the second.
 *
 * The ops and the other kinds of field, such as `hashed`, are described on the page of the wire, which is `src/wire/README.md`.
 * An `input` with `nearest` has, of the k = `neighbors` of these rows whose columns are nearest to those it `reads`, the
 * mean of the labels, as `experts.nearest` says, which is then scaled as the target is, or the share of each class.
 *
 * Numbers that are recalled from earlier rows, such as those of a `lag`, are not part of the data; the weights of experts,
 * and the labels that experts recall, stay as they are now.
 *
 * @param config `losses` and `fieldKinds` are needed for members of your own, as in `createPredictor`
 * @example
 * model.learn(rows)
 * const { features, weights } = toJson(model)
 * console.log(features.temperature?.statistics?.mean, weights['dense1.W']?.values)
 * const text = JSON.stringify(toJson(model))
 */
export const toJson = <R, V extends AnyValue>(
  model: Pick<Model<R, V>, 'description' | 'publish'>,
  config?: Members,
): TrainedModelData => {
  const members = optionsOf('toJson', config, { losses: undefined, fieldKinds: undefined })
  const trained = predictionOf('toJson', model, members)
  const { step, description, nodes, needed, link, values } = trained
  const fieldsOf = (
    fields: readonly TrainedField[],
    settings: Readonly<Record<string, FieldSettings>>,
  ): Readonly<Record<string, TrainedFieldData>> =>
    Object.fromEntries(
      fields.map(({ name, field, statistics, names }) => [
        name,
        {
          ...settings[name],
          size: columnsOf(field),
          columns: labelsOf(field, name, names ?? []),
          ...(field.sparse && { sparse: true as const }),
          ...(statistics && { statistics }),
          ...(names && { names: [...names] }),
        },
      ]),
    )
  const readBy = (id: number): readonly TrainedField[] =>
    trained.nearest.has(id) ? trained.features.filter(({ field }) => !field.sparse) : featuresOf(nodes[id], trained)
  const isWeight = (id: number): boolean => nodes[id].op === 'weight'
  const nodeOf = (id: number): TrainedNode => {
    const node = nodes[id]
    const { op, inputs, shape, attributes } = node
    const constant = op === 'constant' ? attributes?.value : undefined
    const given = isWeight(id) ? undefined : (values.get(id) ?? (constant as number | readonly number[] | undefined))
    const memory = trained.nearest.get(id)
    const isLeaf = op === 'input' || op === 'weight' || op === 'constant'
    return {
      ...{ name: nameOf(node, id), op, inputs: inputs.map((input) => nameOf(nodes[input], input)), shape },
      ...(attributes && !isLeaf && { attributes }),
      ...(op === 'input' && given === undefined && { reads: readBy(id).map(({ name }) => name) }),
      ...(memory && { nearest: memory }),
      ...(given !== undefined && { values: typeof given === 'number' ? repeated(given, shape) : Array.from(given) }),
    }
  }
  return {
    format: 1,
    step,
    precision: description.precision,
    statistics: description.statistics,
    features: fieldsOf(trained.features, description.features),
    target: fieldsOf(trained.targets, description.target),
    loss: description.loss,
    weights: Object.fromEntries(
      needed
        .filter(isWeight)
        .map((id) => [nameOf(nodes[id], id), { shape: nodes[id].shape, values: Array.from(values.get(id) ?? []) }]),
    ),
    nodes: needed.map(nodeOf),
    output: nameOf(nodes[link], link),
  }
}

const repeated = (value: number, shape: Shape): number[] => new Array<number>(sizeOf(shape)).fill(value)
