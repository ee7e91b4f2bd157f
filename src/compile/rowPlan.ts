import { type Field, isCategory, isSparse, scalingOf, widthOf } from '../features/field.js'
import type { Region } from '../program/assembler.js'
import { bytesOf, typeOf } from '../program/assembler.js'
import type { Parameter } from '../program/stepRows.js'
import type { Plan } from './configuration.js'
import type { ChainLayer } from './denseChain.js'
import type { Places } from './places.js'
import type { Regions } from './regions.js'
import { ACTIVATIONS, type RowParts, type SparseLayer } from './rowParts.js'

type Segments = Readonly<Record<string, readonly [from: number, to: number]>>

/** What a row plan is made from, once the program is laid out. */
export interface RowSite {
  readonly plan: Plan
  readonly tensors: readonly Parameter[]
  readonly regions: Regions
  readonly places: Places
  readonly segments: Segments
  constant(value: number): number
}

/** Layers beyond this many weights take their step in the pass of their next forward. */
const LARGE = 16384
/** Nets of so few parameters are not looked over at every row. */
const SMALL = 8192
const WORDS = 64
const LAYER_WORDS = 16
const FIELD_WORDS = 4
const SPARSE_WORDS = 12
/** Rows of a sparse layer that are read ahead: as src/kernels/assembly/learn/sparse.ts has them. */
const RING_ROWS = 8
const HASHED = -2

/** Memory of the rows' kernels, beside that of the program. */
export interface RowPlaces {
  readonly move: number
  readonly next: number
  readonly targetNext: number
  readonly layers: readonly LayerPlaces[]
  /** Where a sparse layer's rows are read to, and how far apart they stand. */
  readonly ring: number
  readonly ringStride: number
}
interface LayerPlaces {
  readonly out: number
  readonly delta: number
  readonly list: number
  readonly before: number
  readonly deltaBefore: number
  readonly pending: number
}

export const place = (
  { precision, features }: Plan,
  { chain, sparse }: RowParts,
  inputs: number,
  { temporaries, scratch }: Regions,
): RowPlaces => {
  // up to a line beyond what is needed, so that a kernel may read and write whole lines
  const line = 64 / bytesOf(precision)
  const vector = (n: number): number => padded(scratch, n, line)
  // a head, then three lists of whole vectors
  const ringStride = sparse ? 16 + 3 * 4 * ((sparse.shape.active + 3) & ~3) : 0
  return {
    ringStride,
    ring: sparse ? vector((RING_ROWS * ringStride) / 4) : -1,
    move: temporaries.take(1),
    next: temporaries.take(3 * Object.keys(features).length),
    targetNext: temporaries.take(3),
    layers: (chain ?? []).map(({ units }, i) => {
      const n = i === 0 ? inputs : ((chain as readonly ChainLayer[])[i - 1] as ChainLayer).units
      // fewer than four units are sums of another order, and take their steps at once
      const large = units >= 4 && n * units >= LARGE
      return {
        ...{ out: vector(units), delta: vector(units) },
        list: large ? vector(n) : -1,
        before: large ? vector(n) : -1,
        deltaBefore: large ? vector(units) : -1,
        pending: large ? vector(1) : -1,
      }
    }),
  }
}
const padded = (region: Region, n: number, line: number): number => region.take(Math.floor(n / line + 1) * line)

/** The row plan, as words for src/kernels/assembly/learn: where they stand is fixed in its words.ts. */
export const words = (site: RowSite, parts: RowParts, rows: RowPlaces): Int32Array => {
  const { plan, tensors, regions, places, segments, constant } = site
  const { chain, sparse, input, loss } = parts
  const bytes = bytesOf(plan.precision)
  const features = Object.values(plan.features)
  const [target] = Object.values(plan.target) as [Field]
  const parameters = tensors.reduce((sum, { size }) => sum + size, 0)
  const at = (name: string): readonly number[] => segments[name] as readonly [number, number]
  const head = [
    chain?.length ?? 0,
    plan.optimizer.transforms.length === 0 && chain ? 1 : 0,
    input,
    features.length,
    Object.keys(plan.target).length,
    plan.outputs,
    loss,
    WORDS + LAYER_WORDS * (chain?.length ?? 0),
    0,
    parameters,
    scalingOf(target)?.exponential ? 1 : 0,
    typeOf(plan.precision),
    ...[
      'encode',
      'forward',
      'link',
      'target',
      'loss',
      'backward',
      'commitRest',
      'zero',
      'step',
      'rest',
      'rates',
    ].flatMap(at),
    ...[places.x, places.y, places.weight, places.columns, places.outputs, places.link, places.target, places.loss],
    ...[places.delta, places.losses, places.steps, places.batchSize, places.meanLoss, places.meanSquaredDelta],
    ...[places.drift ?? -1, places.reach, rows.move, places.gradientBound, places.parameterBound],
    isCategory(target) ? (places.counts[features.length] as number) : -1,
    regions.parameters.base,
    places.statistics[0] as number,
    rows.next,
    places.statistics[features.length] as number,
    rows.targetNext,
    places.huberDelta,
    parameters <= SMALL && !sparse ? 1 : 0,
    features.reduce((sum, field) => sum + widthOf(field), 0),
    sparse ? WORDS + LAYER_WORDS * (chain?.length ?? 0) + FIELD_WORDS * features.length : 0,
  ]
  const addressOf = (region: { base: number }, parameter: Parameter | undefined): number =>
    parameter ? region.base + parameter.offset * bytes : -1
  const layers = (chain ?? []).flatMap(({ units, activation, ...layer }, i) => {
    const W = tensors.find(({ name }) => name === layer.W) as Parameter
    const b = tensors.find(({ name }) => name === layer.b)
    const own = rows.layers[i] as LayerPlaces
    return [
      W.shape[0] as number,
      units,
      ACTIVATIONS.indexOf(activation),
      own.list < 0 ? 0 : 1,
      ...[addressOf(regions.parameters, W), addressOf(regions.parameters, b), own.out, own.delta],
      ...[addressOf(regions.gradient, W), addressOf(regions.gradient, b), places.rateOf(W), b ? places.rateOf(b) : -1],
      ...[own.list, own.before, own.deltaBefore, own.pending],
    ]
  })
  const fields = features.flatMap((field, i) => {
    const scaling = scalingOf(field)
    const sparse = isSparse(field) ? field.sparse?.() : undefined
    return [
      field.missing === 'reject' ? 0 : 1,
      ...(sparse
        ? [HASHED, sparse.active, sparse.rows]
        : [places.counts[i] as number, scaling?.exponential ? 1 : 0, scaling ? constant(scaling.clip) : -1]),
    ]
  })
  const last = sparse ? sparseWords(site, sparse, rows, addressOf) : []
  const all = new Int32Array(WORDS + layers.length + fields.length + last.length)
  all.set(head)
  all.set(layers, WORDS)
  all.set(fields, WORDS + LAYER_WORDS * (chain?.length ?? 0))
  all.set(last, all.length - last.length)
  if (fields.length !== FIELD_WORDS * features.length) throw new Error('rowPlan: a field has four words')
  return all
}

const sparseWords = (
  { tensors, regions: { parameters, slots }, places: { rateOf }, constant }: RowSite,
  { field, shape, epsilon }: SparseLayer,
  { ring, ringStride }: RowPlaces,
  addressOf: (region: { base: number }, parameter: Parameter | undefined) => number,
): readonly number[] => {
  const [W, b] = tensors as [Parameter, Parameter | undefined]
  const squaresOf = (parameter: Parameter | undefined): number =>
    epsilon === undefined ? -1 : addressOf(slots, parameter)
  const words = [
    ...[shape.active, shape.rows, field.missing === 'reject' ? 0 : 1],
    ...[addressOf(parameters, W), addressOf(parameters, b), squaresOf(W), squaresOf(b)],
    ...[rateOf(W), b ? rateOf(b) : -1, epsilon === undefined ? -1 : constant(epsilon), ring, ringStride],
  ]
  if (words.length !== SPARSE_WORDS) throw new Error('rowPlan: a sparse layer has twelve words')
  return words
}
