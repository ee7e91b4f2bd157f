import { createBuilder } from '../circuit/build.js'
import { checkMembers } from '../compile/checkMembers.js'
import { compiledPredictor } from '../compile/compiled.js'
import type { Plan } from '../compile/configuration.js'
import { bringMixing } from '../compile/mixExperts.js'
import { LAST } from '../compile/mixture.js'
import type { Members } from '../compile/planOf.js'
import { linkOf, namedOutput, outputVector } from '../compile/trainingGraph.js'
import { columnsOf, type Field } from '../features/field.js'
import { type Node, sizeOf } from '../graph/graph.js'
import { createCore } from '../model/state/core.js'
import { publishInto } from '../model/state/publication.js'
import { createPass } from '../model/step/pass.js'
import type { Model } from '../model.js'
import { shown } from '../options/shown.js'
import { SCALER, SCALER_SIZE } from '../program/abi.js'
import { interpreter } from '../program/interpret.js'
import type { Description } from '../records.js'
import type { AnyValue, Value } from '../values.js'
import { type NearestRows, nearestRowsOf } from './nearestRows.js'

/** The running statistics of a field's number, as of the last step. */
export type Statistics = Readonly<Record<keyof typeof SCALER, number>>

/** A field of a trained model, and what the model has learned of it. */
export interface TrainedField {
  readonly name: string
  readonly field: Field
  readonly statistics: Statistics | undefined
  /** The names in column order; undefined for a field without names. */
  readonly names: readonly Value[] | undefined
}

/** What a trained model computes of a row, as a graph from its features' columns to its outputs after the link. */
export interface TrainedPrediction {
  readonly step: number
  readonly description: Description
  readonly plan: Plan
  readonly features: readonly TrainedField[]
  readonly targets: readonly TrainedField[]
  readonly nodes: readonly Node[]
  /** The nodes that the prediction needs, in the order of the graph. */
  readonly needed: readonly number[]
  /** The node of the prediction in the outputs' scale: numbers, or probabilities. */
  readonly link: number
  /** The numbers of the nodes that do not depend on the row: the weights, and inputs that are no features. */
  readonly values: ReadonlyMap<number, ArrayLike<number>>
  /** The rows that experts remember, by the inputs of the graph that hold what the nearest of them say. */
  readonly nearest: ReadonlyMap<number, NearestRows>
}

/** The inputs that hold earlier labels, by how many rows ago these were. */
export const rowsAgo = ({ op, name = '' }: Node): number | undefined =>
  op === 'input' && name.startsWith(LAST) ? Number(name.slice(LAST.length)) : undefined

/** Returns the nodes that some of the nodes need, in the order of the graph. */
export const neededBy = (nodes: readonly Node[], roots: readonly number[]): readonly number[] => {
  const found = new Set<number>()
  const stack = [...roots]
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (found.has(id)) continue
    found.add(id)
    stack.push(...nodes[id].inputs)
  }
  return [...found].sort((a, b) => a - b)
}

/** Returns the features whose columns an input of the circuit reads, as `compile/columnPlaces.ts` lays them out. */
export const featuresOf = (
  { name, shape }: Node,
  { features, nodes }: Pick<TrainedPrediction, 'features' | 'nodes'>,
): readonly TrainedField[] => {
  const dense = features.filter(({ field }) => !field.sparse)
  const total = dense.reduce((sum, { field }) => sum + columnsOf(field), 0)
  const own = features.filter((each) => each.name === name)
  const others = nodes.filter(
    (node) =>
      node.op === 'input' &&
      !node.name?.startsWith('#') &&
      !features.some((each) => each.name === node.name && each.field.sparse),
  )
  const takesAll = others.length === 1 && others[0].name === name && shape.length === 1 && shape[0] === total
  return takesAll ? dense : own
}

/**
 * Reads from a model all that its predictions follow from.
 * @param by the function that was called, for errors
 */
export const predictionOf = <R, V extends AnyValue>(
  by: string,
  model: Pick<Model<R, V>, 'description' | 'publish'>,
  members: Members,
): TrainedPrediction => {
  checkMembers(by, members)
  const { description, publish } = Object(model) as Partial<Model<R, V>>
  if (!description || typeof publish !== 'function')
    throw new TypeError(`${by}: the model is ${shown(model)}; expected a model, as createModel returns it.`)
  bringMixing()
  const compiled = compiledPredictor(description, members)
  const { plan, tensors, program } = compiled
  const core = createCore(compiled, interpreter, 0)
  const publication = publish()
  publishInto(core, publication)
  // The weights of experts, and the labels that they recall, are computed with the outputs of a row, whatever it holds.
  const pass = createPass(core)
  pass.load(0, new Float64Array(core.width), 0, new Float64Array(core.targets), 0, 1)
  pass.predict(0, 1)

  const fieldsOf = (fields: Readonly<Record<string, Field>>, first: number): readonly TrainedField[] =>
    Object.entries(fields).map(([name, field], i) => {
      const at = program.places.statistics[first + i] >> 3
      const read = (part: keyof typeof SCALER): number => core.f64[at + SCALER[part]]
      const has = field.statistics?.() === SCALER_SIZE
      const statistics = has && {
        ...{ n: read('n'), mean: read('mean'), variance: read('variance') },
        ...{ clipped: read('clipped'), run: read('run'), restarts: read('restarts') },
      }
      return { name, field, statistics: statistics || undefined, names: core.vocabularies[first + i]?.values }
    })

  const builder = createBuilder(description.circuit.nodes)
  const raw = outputVector(description.circuit, builder)
  const { output, known } = namedOutput(plan, builder, raw)
  const link = linkOf(plan, builder.ops, raw, known && output).id
  const { nodes } = builder
  const needed = neededBy(nodes, [link])

  const values = new Map<number, ArrayLike<number>>()
  const nearest = nearestRowsOf(core, nodes)
  const classes = core.vocabularies[core.features]?.values.length ?? 0
  const bytes = core.view.BYTES_PER_ELEMENT
  for (const id of needed) {
    const { op, name = '', shape } = nodes[id]
    const tensor = op === 'weight' && tensors.find((each) => each.name === name)
    if (tensor) values.set(id, publication.parameters.subarray(tensor.offset, tensor.offset + tensor.size))
    else if (known?.id === id)
      values.set(
        id,
        Array.from({ length: plan.outputs }, (_, i) => Number(i < classes)),
      )
    else if (op === 'input' && name.startsWith('#') && !nearest.has(id)) {
      const at = (program.places.inputs.get(name) as number) / bytes
      values.set(id, core.view.slice(at, at + sizeOf(shape)))
    }
  }
  return {
    ...{ step: publication.step, description, plan, nodes, needed, link, values, nearest },
    features: fieldsOf(plan.features, 0),
    targets: fieldsOf(plan.target, core.features),
  }
}
