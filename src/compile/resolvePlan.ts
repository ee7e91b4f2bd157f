import { type Field, type Fields, isCategory, isLabel, isSparse, scalingOf } from '../features/field.js'
import { numeric } from '../features/numeric.js'
import type { Circuit } from '../graph/graph.js'
import { shapeText } from '../graph/graph.js'
import type { Layer } from '../layers/layer.js'
import { layersCircuit } from '../layers/layersCircuit.js'
import { huber, type LossFunction, squared } from '../losses/index.js'
import { auto, sgd } from '../optimizers/index.js'
import { checkWhole } from '../options/checkWhole.js'
import { type Defaults, optionsOf } from '../options/optionsOf.js'
import { elementOf, type ModelConfig, type Plan } from './configuration.js'
import { countColumns } from './countColumns.js'
import { buildExperts } from './mixture.js'

const resolveFeatures = (
  features: Fields | undefined,
  circuit: Circuit | undefined,
  target: Fields,
  reconstruct: boolean,
): Fields => {
  const given =
    features ??
    Object.fromEntries(
      (circuit?.nodes ?? []).flatMap(({ op, name }) => (op === 'input' ? [[name, numeric({ scale: 'none' })]] : [])),
    )
  const names = Object.keys(given)
  if (names.length === 0)
    throw new RangeError('createModel: there is no feature; give one, such as { temperature: numeric() }.')
  for (const name of names)
    if (Object.hasOwn(target, name) && !reconstruct)
      throw new RangeError(
        `createModel: '${name}' is both a feature and a target; expected one of the two, or reconstruct: true.`,
      )
  for (const [name, field] of Object.entries<Field>(given)) {
    const label = field.reads?.().find((read) => isLabel(read, given, target))
    if (label !== undefined)
      throw new RangeError(
        `createModel: feature '${name}' reads '${label}', which is the target; expected columns that are known before it.`,
      )
  }
  return Object.fromEntries(Object.entries<Field>(given).map(([name, field]) => [name, field.asFeature?.() ?? field]))
}

/** Checks the number of outputs against the target, and returns the target's fields with one column per output. */
const resolveTarget = (target: Fields, outputs: number, levels: readonly number[] | undefined): Fields => {
  const entries = Object.entries(target)
  if (entries.length === 0)
    throw new RangeError('createModel: there is no target; give one, such as { power: numeric() }.')
  const settled = entries.map(([name, field]): [string, Field] => {
    if (!field.asTarget)
      throw new RangeError(
        `createModel: target '${name}' is of kind '${field.kind}'; expected numeric() or category().`,
      )
    return [name, field.asTarget({ name, outputs, targets: entries.length })]
  })
  const expected = (levels ?? entries).length
  if (!settled.some(([, field]) => isCategory(field)) && expected !== outputs)
    throw new RangeError(
      `createModel: the circuit has ${outputs} outputs; expected ${expected}, one for each ${levels ? 'level' : 'target'}.`,
    )
  return Object.fromEntries(settled)
}

const defaultLoss = (target: Fields): LossFunction => {
  const [field] = Object.values(target)
  return field.loss?.() ?? (scalingOf(field) ? huber() : squared())
}

/** Builds the circuit that applies these layers to these features. */
export const circuitOf = (layers: readonly Layer[], features: Fields): Circuit => {
  const { columns, fanIn, sparse } = countColumns(features, layers)
  return layersCircuit(layers, columns, fanIn, sparse)
}

/** Returns the features in the form in which the circuit reads them: as an index, if the circuit's input is sparse. */
export const featuresFor = ({ nodes }: Circuit, features: Fields): Fields => {
  const indexed = nodes.flatMap(({ name = '', attributes }) => (attributes?.indexed === true ? name : []))
  return Object.fromEntries(
    Object.entries<Field>(features).map(([name, field]) => [
      name,
      (indexed.includes(name) ? field.indexed?.() : undefined) ?? field,
    ]),
  )
}

type AnyConfig = Partial<ModelConfig<Fields, Fields>>

const defaults = {
  ...{ features: undefined, target: {}, layers: undefined, circuit: undefined, experts: undefined },
  ...{ loss: undefined, optimizer: undefined },
  ...{ precision: undefined, statistics: 'beforePrediction', freeze: [], guard: undefined, shards: undefined, seed: 0 },
  ...{ weight: undefined, cursor: undefined, executor: undefined, reconstruct: false },
} as const satisfies Defaults<AnyConfig>

/** Fills in the defaults and refuses contradictions before anything is built; `checkConfiguration` checks types. */
export const resolvePlan = (config: AnyConfig): Plan => {
  const options = optionsOf('createModel', config, defaults)
  const { layers, freeze, statistics, shards = 1, weight, cursor, executor } = options
  const guard = optionsOf('createModel: guard', options.guard, { every: undefined })
  if ([layers, options.circuit, options.experts].filter((given) => given !== undefined).length !== 1)
    throw new RangeError('createModel: give either layers, as in [dense(1)], or a circuit, or experts.')
  const precision = options.precision ?? (options.circuit ? 'f64' : 'f32')
  const given = resolveFeatures(options.features, options.circuit, options.target, options.reconstruct)
  if (options.experts && !buildExperts)
    throw new TypeError(
      "createModel: experts are given, which rxgrad/slim leaves out; import createModel from 'rxgrad'.",
    )
  const mixed = options.experts && buildExperts?.(options.experts, given, options.target, options.loss)
  const circuit = mixed?.circuit ?? options.circuit ?? circuitOf(layers as readonly Layer[], given)
  const features = featuresFor(circuit, given)
  const sparse = Object.values<Field>(features).filter(isSparse)
  const outputs = Object.values(circuit.outputs).reduce((total, id) => {
    const { shape, name } = circuit.nodes[id]
    if (shape.length > 1)
      throw new RangeError(
        `createModel: output '${name}' has shape ${shapeText(shape)}; expected a scalar or a vector.`,
      )
    return total + (shape[0] ?? 1)
  }, 0)
  if (outputs === 0) throw new RangeError('createModel: the circuit has no output; give one, as in { f: sub(x1, x2) }.')
  const target = resolveTarget(options.target, outputs, options.loss?.levels)
  const loss = options.loss ?? defaultLoss(target)
  const task = Object.values(target).some(isCategory) ? 'category' : 'numeric'
  if (loss.task !== task)
    throw new RangeError(
      `createModel: ${loss.kind}() is a ${loss.task} loss, but target '${Object.keys(target)[0]}' is ${task}.`,
    )
  const ends = layers?.at(-1)?.ends
  if (task === 'category' && ends !== undefined)
    throw new RangeError(
      `createModel: the last layer ends in '${ends}'; crossEntropy() brings its own, so end in dense(${outputs}).`,
    )
  const guardEvery =
    guard.every ?? Math.max(1024, sparse.reduce((sum, field) => sum + (field.sparse?.().rows ?? 0), 0) >> 4)
  checkWhole('createModel: guard.every is', guardEvery)
  checkWhole('createModel: shards is', shards)
  const optimizer = options.optimizer ?? (options.circuit ? sgd() : auto())
  return {
    ...{
      circuit,
      layers,
      experts: mixed?.experts,
      features,
      target,
      loss,
      optimizer,
      freeze,
      statistics,
      guardEvery,
      shards,
    },
    ...{ precision: elementOf(precision), fast: precision === 'fast', weight, cursor, executor, outputs },
  }
}
