import { type Field, isCategory, isSparse, scalingOf, widthOf } from '../features/field.js'
import {
  ACTIVATION,
  type FIELD,
  HASHED,
  type HASHED_FIELD,
  type LAYER,
  type ROW_PLAN,
  type SPARSE_LAYER,
} from '../program/abi.js'
import { bytesOf, typeOf } from '../program/assembler.js'
import type { Parameter } from '../program/stepRows.js'
import { wordsOf } from '../program/struct.js'
import type { Plan } from './configuration.js'
import type { ChainLayer } from './denseChain.js'
import type { Places } from './places.js'
import type { Regions } from './regions.js'
import type { RowParts, SparseLayer } from './rowParts.js'
import type { LayerPlaces, RowPlaces } from './rowPlaces.js'

type Segments = Readonly<Record<string, readonly [from: number, to: number]>>

/** What a row plan is built from, once the program is laid out. */
export interface RowSite {
  readonly plan: Plan
  readonly tensors: readonly Parameter[]
  readonly regions: Regions
  readonly places: Places
  readonly segments: Segments
  constant(value: number): number
}

/** In nets with at most this many parameters, the parameters are not checked at every row. */
const SMALL = 8192

/** Encodes the row plan as words: the plan, its layers, the entries of its fields, and its sparse layer. */
export const words = (site: RowSite, parts: RowParts, rows: RowPlaces): Int32Array => {
  const { plan, tensors, regions, places } = site
  const segment = (name: string): readonly number[] => site.segments[name]
  const { chain = [], sparse, input, loss } = parts
  const features = Object.values(plan.features)
  const [target] = Object.values(plan.target) as [Field]
  const total = tensors.reduce((sum, { size }) => sum + size, 0)
  const last = features.length
  const layers = chain.flatMap((layer, i) => layerWords(site, layer, rows.layers[i]))
  const fields = features.flatMap((field, i) => fieldWords(site, field, places.counts[i]))
  const head = (fieldsAt: number, sparseAt: number): readonly number[] =>
    wordsOf<typeof ROW_PLAN>({
      layers: chain.length,
      type: typeOf(plan.precision),
      fields: fieldsAt,
      sparse: sparseAt,
      features: last,
      targets: Object.keys(plan.target).length,
      outputs: plan.outputs,
      width: features.reduce((sum, field) => sum + widthOf(field), 0),
      total,
      input,
      lossKind: loss,
      targetExponential: isExponential(target),
      folded: plan.optimizer.transforms.length === 0 && chain.length > 0 ? 1 : 0,
      small: total <= SMALL && !sparse ? 1 : 0,
      encode: segment('encode'),
      forward: segment('forward'),
      link: segment('link'),
      target: segment('target'),
      loss: segment('loss'),
      backward: segment('backward'),
      commitRest: segment('commitRest'),
      zero: segment('zero'),
      step: segment('step'),
      rest: segment('rest'),
      rates: segment('rates'),
      x: places.x,
      y: places.y,
      weight: places.weight,
      columns: places.columns,
      outputPlace: places.outputs,
      linkPlace: places.link,
      targetPlace: places.target,
      lossPlace: places.loss,
      delta: places.delta,
      losses: places.losses,
      steps: places.steps,
      batchSize: places.batchSize,
      meanLoss: places.meanLoss,
      meanSquaredDelta: places.meanSquaredDelta,
      drift: places.drift ?? -1,
      reach: places.reach,
      move: rows.move,
      gradientBound: places.gradientBound,
      parameterBound: places.parameterBound,
      known: isCategory(target) ? places.counts[last] : -1,
      parameters: regions.parameters.base,
      scalers: places.statistics[0],
      next: rows.next,
      targetScaler: places.statistics[last],
      targetNext: rows.targetNext,
      huberDelta: places.huberDelta,
    })
  const fieldsAt = head(0, 0).length + layers.length
  const sparseAt = sparse ? fieldsAt + fields.length : 0
  const rest = sparse ? sparseWords(site, sparse, rows) : []
  return Int32Array.from([...head(fieldsAt, sparseAt), ...layers, ...fields, ...rest])
}

const isExponential = (field: Field): number => (scalingOf(field)?.exponential ? 1 : 0)
const isMissing = ({ missing }: Field): number => (missing === 'reject' ? 0 : 1)

/** Returns the address of a parameter's part of a region as long as θ; −1 if there is no such parameter. */
const addressOf = ({ plan }: RowSite, { base }: { base: number }, parameter: Parameter | undefined): number =>
  parameter ? base + parameter.offset * bytesOf(plan.precision) : -1

const layerWords = (
  site: RowSite,
  { units, activation, ...layer }: ChainLayer,
  own: LayerPlaces,
): readonly number[] => {
  const { tensors, regions, places } = site
  const W = tensors.find(({ name }) => name === layer.W) as Parameter
  const b = tensors.find(({ name }) => name === layer.b)
  return wordsOf<typeof LAYER>({
    inputs: W.shape[0],
    units,
    activation: ACTIVATION[activation as keyof typeof ACTIVATION],
    large: own.list < 0 ? 0 : 1,
    weights: addressOf(site, regions.parameters, W),
    bias: addressOf(site, regions.parameters, b),
    out: own.out,
    delta: own.delta,
    gradient: addressOf(site, regions.gradient, W),
    biasGradient: addressOf(site, regions.gradient, b),
    rate: places.rateOf(W),
    biasRate: b ? places.rateOf(b) : -1,
    list: own.list,
    before: own.before,
    deltaBefore: own.deltaBefore,
    pending: own.pending,
  })
}

const fieldWords = ({ constant }: RowSite, field: Field, names: number): readonly number[] => {
  const missing = isMissing(field)
  const sparse = isSparse(field) ? field.sparse?.() : undefined
  if (sparse)
    return wordsOf<typeof HASHED_FIELD>({ missing, hashed: HASHED, active: sparse.active, capacity: sparse.rows })
  const scaling = scalingOf(field)
  const clip = scaling ? constant(scaling.clip) : -1
  return wordsOf<typeof FIELD>({ missing, names, exponential: isExponential(field), clip })
}

const sparseWords = (site: RowSite, { field, shape, epsilon }: SparseLayer, rows: RowPlaces): readonly number[] => {
  const { tensors, regions, places, constant } = site
  const [W, b] = tensors as [Parameter, Parameter | undefined]
  const squaresOf = (parameter: Parameter | undefined): number =>
    epsilon === undefined ? -1 : addressOf(site, regions.slots, parameter)
  return wordsOf<typeof SPARSE_LAYER>({
    active: shape.active,
    capacity: shape.rows,
    missing: isMissing(field),
    weights: addressOf(site, regions.parameters, W),
    bias: addressOf(site, regions.parameters, b),
    squares: squaresOf(W),
    biasSquares: squaresOf(b),
    rate: places.rateOf(W),
    biasRate: b ? places.rateOf(b) : -1,
    epsilon: epsilon === undefined ? -1 : constant(epsilon),
    ring: rows.ring,
    ringStride: rows.ringStride,
  })
}
