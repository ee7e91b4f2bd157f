import { type Dense, dense } from '../../circuit/layers.js'
import { columnsOf, type Field, type Fields, isCategory } from '../../features/field.js'
import { absolute, crossEntropy, huber, type LossFunction, squared } from '../../losses/index.js'
import { adagrad, adam, auto, momentum, type Optimizer, sgd } from '../../optimizers/index.js'
import { type InferredSchema, InputError, inferSchema, type Table } from '../sources/index.js'
import type { LearnRequest } from './args.js'
import { layersText, mostParameters } from './layers.js'
import type { LossName, OptimizerName } from './options.js'

const losses: Readonly<Record<LossName, () => LossFunction>> = {
  squared,
  absolute,
  huber,
  'cross-entropy': crossEntropy,
}
const optimizers: Readonly<Record<OptimizerName, (config: { learningRate?: number }) => Optimizer>> = {
  auto,
  sgd,
  momentum,
  adagrad,
  adam,
}

/** The columns of the input, as far as they were not said, from its first rows. */
export const schemaOf = (table: Table, { target, features, without, keep }: LearnRequest): InferredSchema => {
  const columns = table.columns.join(', ')
  if (target === undefined) throw new InputError(`--target is missing: name the column to predict, one of ${columns}.`)
  for (const name of keep)
    if (!table.columns.includes(name))
      throw new InputError(`--keep: there is no column "${name}"; they are ${columns}.`)
  return inferSchema(table.sample, {
    target,
    without,
    sparse: table.format === 'ndjson',
    ...(features !== undefined && { features }),
  })
}

/** One output for a number or for two classes, else one a class. */
const outputsFor = (target: Field): number => {
  const classes = target.names?.().capacity ?? 1
  return classes <= 2 ? 1 : classes
}

/** The layers that were asked for, or 32 relu and the outputs that the target needs. */
export const layersFor = (asked: readonly Dense[] | undefined, name: string, target: Field): readonly Dense[] => {
  const outputs = outputsFor(target)
  if (asked === undefined) return [dense(32, 'relu'), dense(outputs)]
  const { units } = asked.at(-1)!
  const classes = target.names?.().values.length
  const fits = classes === undefined ? units === 1 : units === outputs || units >= Math.max(2, classes)
  if (fits) return asked
  const instead = layersText([...asked.slice(0, -1), dense(outputs)])
  const needs =
    classes === undefined
      ? 'is a number, which takes 1'
      : classes === 1
        ? `has 1 class, which takes ${outputs}`
        : `has ${classes} classes, which take ${outputs}`
  throw new InputError(
    `--layers "${layersText(asked)}": the last layer has ${units} ${units === 1 ? 'output' : 'outputs'}, but ${name} ${needs}; write "${instead}".`,
  )
}

const refuseTooLarge = (layers: readonly Dense[], features: Fields): void => {
  let inputs = Object.values(features).reduce((sum, field) => sum + columnsOf(field.asFeature?.() ?? field), 0)
  let parameters = 0
  for (const { units } of layers) {
    parameters += (inputs + 1) * units
    inputs = units
  }
  if (parameters > mostParameters)
    throw new InputError(
      `--layers "${layersText(layers)}": that is about ${parameters.toLocaleString('en')} parameters, more than ${mostParameters.toLocaleString('en')}; give fewer units, or fewer features.`,
    )
}

/** What `createModel` is given. */
export const configurationOf = (request: LearnRequest, schema: InferredSchema): Configuration => {
  const [name, target] = Object.entries(schema.target)[0]!
  const { loss, optimizer, learningRate, precision, seed } = request
  if (loss !== undefined && (loss === 'cross-entropy') !== isCategory(target))
    throw new InputError(
      `--loss ${loss}: ${name} is a ${isCategory(target) ? 'category, whose loss is cross-entropy' : 'number, whose loss is squared, absolute or huber'}.`,
    )
  const layers = layersFor(request.layers, name, target)
  refuseTooLarge(layers, schema.features)
  return {
    features: schema.features,
    target: schema.target,
    layers,
    ...(loss !== undefined && { loss: losses[loss]() }),
    ...((optimizer !== undefined || learningRate !== undefined) && {
      optimizer: optimizers[optimizer ?? 'auto']({ ...(learningRate !== undefined && { learningRate }) }),
    }),
    ...(precision !== undefined && { precision }),
    ...(seed !== undefined && { seed }),
  }
}

export interface Configuration extends Pick<InferredSchema, 'features' | 'target'> {
  readonly layers: readonly Dense[]
  readonly loss?: LossFunction
  readonly optimizer?: Optimizer
  readonly precision?: NonNullable<LearnRequest['precision']>
  readonly seed?: number
}
