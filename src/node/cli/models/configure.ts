import { MOST_PARAMETERS } from '../../../compile/layout.js'
import { circuitOf } from '../../../compile/resolvePlan.js'
import * as experts from '../../../experts/index.js'
import { type Field, type Fields, isCategory } from '../../../features/field.js'
import { type Circuit, sizeOf } from '../../../graph/graph.js'
import { dense } from '../../../layers/dense.js'
import type { Layer } from '../../../layers/layer.js'
import {
  absolute,
  crossEntropy,
  epsilonInsensitive,
  focal,
  hinge,
  huber,
  type LossFunction,
  logCosh,
  squared,
  squaredHinge,
} from '../../../losses/index.js'
import type { Optimizer } from '../../../optimizers/index.js'
import { type InferredSchema, InputError, inferSchema, type Table } from '../../sources/index.js'
import type { LearnRequest } from '../arguments/args.js'
import { type ChosenColumns, refuseUnknown } from '../arguments/columnOptions.js'
import { layersText } from '../arguments/layers.js'
import type { LossName } from '../arguments/modelRows.js'
import { withLags } from './lagColumns.js'
import { optimizerOf } from './optimizers.js'

const losses: Readonly<Record<LossName, () => LossFunction>> = {
  squared,
  absolute,
  huber,
  'log-cosh': logCosh,
  'epsilon-insensitive': epsilonInsensitive,
  'cross-entropy': crossEntropy,
  hinge,
  'squared-hinge': squaredHinge,
  focal,
}
const lossesFor = (task: LossFunction['task']): string => {
  const names = Object.entries(losses).flatMap(([name, make]) => (make().task === task ? name : []))
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
/**
 * Returns the schema of the input. Columns and kinds that were not given are inferred from its first rows.
 *
 * @throws InputError if the options do not fit the columns
 */
export const schemaOf = (table: Table, chosen: ChosenColumns, request: LearnRequest): InferredSchema => {
  const { target, features, time, text, without, by, byKey } = chosen
  if (target === undefined)
    throw new InputError(`--target is missing; name the column to predict, one of ${table.columns.join(', ')}.`)
  refuseUnknown(chosen, table.columns)
  const schema = inferSchema(table.contents, {
    target,
    text,
    // Within a model its key is always the same.
    without: byKey === undefined || features?.some(({ name }) => name === byKey) ? without : [...without, byKey],
    mayBeEmpty: request.lags.length > 0 || request.horizon !== undefined,
    json: table.format === 'ndjson',
    ...(features !== undefined && { features }),
    ...(time !== undefined && { time }),
  })
  const lagged = withLags(schema, request, by)
  if (Object.keys(lagged.features).length === 0)
    throw new InputError(
      `there is no feature left from which to learn "${target.name}"; name some with --features, or give --lags for a number.`,
    )
  return lagged
}

const fewestClasses = 8

/** Returns a target of texts with room for classes that the first rows of a slow stream do not have. */
const withRoom = (target: Field): Field => {
  const { values, capacity } = target.names?.() ?? { values: [], capacity: 0 }
  if (!values.some((value) => typeof value === 'string')) return target
  return { ...target, capacity: Math.max(fewestClasses, 2 * capacity) } as Field
}

/** Returns the number of outputs: one for a number or for two classes, otherwise one for each class. */
const outputsFor = (target: Field): number => {
  const classes = target.names?.().capacity ?? 1
  return classes <= 2 ? 1 : classes
}

/** Returns the layers that were requested. Default: 32 relu, and the outputs that the target needs. */
const layersFor = (
  requested: readonly Layer[] | undefined,
  features: Fields,
  name: string,
  target: Field,
): readonly Layer[] => {
  const outputs = outputsFor(target)
  const layers = requested ?? [dense(32, 'relu'), dense(outputs)]
  const circuit = circuitFor(layers, features)
  refuseTooLarge(layers, circuit)
  if (requested === undefined) return layers
  const units = sizeOf(circuit.nodes[circuit.outputs.o].shape)
  const classes = target.names?.().values.length
  const fits = classes === undefined ? units === 1 : units === outputs || units >= Math.max(2, classes)
  if (fits) return requested
  const corrected = layersText([...requested.slice(0, -1), dense(outputs)])
  const needs =
    classes === undefined
      ? 'is a number, which needs 1'
      : classes === 1
        ? `has 1 class, which needs ${outputs}`
        : `has ${classes} classes, which need ${outputs}`
  throw new InputError(
    `--layers "${layersText(requested)}": the last layer has ${units} ${units === 1 ? 'output' : 'outputs'}, but ${name} ${needs}; write "${corrected}".`,
  )
}

/**
 * Builds the layers on these features.
 *
 * @throws InputError with the reason that a layer gives if it does not fit
 */
const circuitFor = (layers: readonly Layer[], features: Fields): Circuit => {
  const settled = Object.entries(features).map(([name, field]) => [name, field.asFeature?.() ?? field])
  try {
    return circuitOf(layers, Object.fromEntries(settled))
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(`--layers "${layersText(layers)}": ${error.message}`)
    throw error
  }
}

const refuseTooLarge = (layers: readonly Layer[], { nodes }: Circuit): void => {
  const parameters = nodes.reduce((sum, { op, shape }) => sum + (op === 'weight' ? sizeOf(shape) : 0), 0)
  if (parameters > MOST_PARAMETERS)
    throw new InputError(
      `--layers "${layersText(layers)}": the model would have about ${parameters.toLocaleString('en')} parameters, more than ${MOST_PARAMETERS.toLocaleString('en')}; give fewer units or fewer features.`,
    )
}

/**
 * Returns the configuration for `createModel`.
 *
 * @param canGrow whether the target may have more classes than the first rows have
 * @throws InputError if the options do not fit the schema
 */
export const configurationOf = (request: LearnRequest, schema: InferredSchema, canGrow: boolean): Configuration => {
  const [name, inferred] = Object.entries(schema.target)[0]
  const target = canGrow && request.layers === undefined ? withRoom(inferred) : inferred
  const { loss, optimizer, learningRate, precision, seed } = request
  const task = isCategory(target) ? 'category' : 'numeric'
  if (loss !== undefined && losses[loss]().task !== task)
    throw new InputError(
      `--loss ${loss}: ${name} is a ${task === 'category' ? task : 'number'}, whose loss is ${lossesFor(task)}.`,
    )
  // Whoever chooses the layers or the optimizer gets one net; otherwise experts find out what suits the stream.
  const isChosen = request.layers !== undefined || optimizer !== undefined || learningRate !== undefined
  const layers = layersFor(request.layers, schema.features, name, target)
  return {
    features: schema.features,
    target: { [name]: target },
    ...(isChosen
      ? { layers }
      : { experts: { ...experts.auto({ outputs: outputsFor(target) }), ...seasonal(request, schema) } }),
    ...(loss !== undefined && { loss: losses[loss]() }),
    ...((optimizer !== undefined || learningRate !== undefined) && {
      optimizer: optimizerOf(optimizer ?? 'auto', learningRate),
    }),
    ...(precision !== undefined && { precision }),
    ...(seed !== undefined && { seed }),
  }
}

/** Returns the number of rows of a season: the requested one, or else the one that the times show. */
export const seasonFor = ({ season, columns }: LearnRequest, schema: InferredSchema): number | 'none' =>
  season ?? (columns.by === undefined && columns.byKey === undefined ? schema.season?.rows : undefined) ?? 'none'

const seasonal = (request: LearnRequest, schema: InferredSchema): Readonly<Record<string, experts.SeasonalExpert>> => {
  const rows = seasonFor(request, schema)
  return rows === 'none' ? {} : { seasonal: experts.seasonal(rows, { horizon: request.horizon ?? 1 }) }
}

export type Configuration = CommonConfiguration &
  (
    | { readonly layers: readonly Layer[]; readonly experts?: undefined }
    | { readonly experts: experts.AutoExperts; readonly layers?: undefined }
  )
interface CommonConfiguration extends Pick<InferredSchema, 'features' | 'target'> {
  readonly loss?: LossFunction
  readonly optimizer?: Optimizer
  readonly precision?: NonNullable<LearnRequest['precision']>
  readonly seed?: number
  /** The column of a row's cursor. */
  readonly cursor?: string
}
