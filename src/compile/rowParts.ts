import { type Field, isCategory, isSparse, type SparseShape, scalingOf } from '../features/field.js'
import { isScaledNumber, isUnscaled } from '../features/scaledNumber.js'
import type { Circuit } from '../graph/graph.js'
import type { Transform } from '../optimizers/optimizer.js'
import { ACTIVATION, INPUT, LOSS } from '../program/abi.js'
import { settingsOf } from '../settings.js'
import type { Plan } from './configuration.js'
import { type ChainLayer, chainOf } from './denseChain.js'

// What of a model the rows' kernels know by heart; the rest they leave to the program's own instructions.

const FUSED_ACTIVATIONS: readonly string[] = Object.keys(ACTIVATION)

/** Whether a row's way through the layers is one that the kernels know by heart. */
const knownChainOf = ({ layers, circuit, freeze, precision }: Plan): readonly ChainLayer[] | undefined =>
  layers && precision === 'f32' && freeze.length === 0 ? chainOf(circuit, FUSED_ACTIVATIONS) : undefined

const inputOf = (fields: readonly Field[]): number => {
  if (fields.every(isUnscaled)) return INPUT.plain
  return fields.every((field) => isScaledNumber(field) && scalingOf(field)) ? INPUT.scaled : INPUT.encoded
}

/** A loss of this library, by its kind: one of your own may have the same kind, and is not the same loss. */
const fusedLoss = ({ loss, target }: Plan): number =>
  settingsOf(loss) &&
  Object.hasOwn(LOSS, loss.kind) &&
  Object.values(target).every((field) => isCategory(field) || isScaledNumber(field))
    ? LOSS[loss.kind as keyof typeof LOSS]
    : LOSS.graph

/** A single output's loss is known by heart too; others are read from their graph. */
const lossOf = (plan: Plan, chain: readonly ChainLayer[] | undefined, sparse: boolean): number => {
  const isSingle = chain?.[chain.length - 1]?.activation === 'identity' && plan.outputs === 1
  return sparse || isSingle ? fusedLoss(plan) : LOSS.graph
}

/** Nothing but a product with a sparse row. */
const isSparseLayer = ({ nodes }: Circuit): boolean =>
  nodes[nodes.length - 1]?.op === 'sparseDense' && nodes.filter(({ op }) => op !== 'weight').length === 2

/** A layer of one output on one hashed feature, whose steps touch the weights of a row's own names alone. */
export interface SparseLayer {
  readonly field: Field
  readonly shape: SparseShape
  /** The ε of AdaGrad; undefined for plain steps. */
  readonly epsilon: number | undefined
}
const sparseOf = (plan: Plan): SparseLayer | undefined => {
  const { layers, circuit, features, freeze, precision, optimizer, outputs } = plan
  const [field, ...others] = Object.values(features)
  if (precision !== 'f32' || freeze.length > 0 || outputs !== 1 || fusedLoss(plan) === LOSS.graph) return undefined
  const shape = field?.sparse?.()
  if (!field || !shape || !isSparse(field) || others.length > 0 || !layers || !isSparseLayer(circuit)) return undefined
  const [transform, ...rest] = optimizer.transforms
  if (!transform) return { field, shape, epsilon: undefined }
  const { kind, epsilon = 0 } = transform as Transform & { readonly epsilon?: number }
  // an ε of 0 in f32 would make 0/0 of a gradient of 0
  return kind === 'adagrad' && settingsOf(transform) && rest.length === 0 && Math.fround(epsilon) > 0
    ? { field, shape, epsilon }
    : undefined
}

/** What a row plan asks of the program before its code is finished. */
export interface RowParts {
  readonly chain: readonly ChainLayer[] | undefined
  readonly sparse: SparseLayer | undefined
  readonly input: number
  readonly loss: number
  /** The fields whose statistics the kernels commit themselves. */
  commits(field: 'feature' | 'target'): boolean
}
export const partsOf = (plan: Plan): RowParts => {
  const chain = knownChainOf(plan)
  const input = inputOf(Object.values(plan.features))
  const sparse = sparseOf(plan)
  const loss = lossOf(plan, chain, sparse !== undefined)
  return {
    ...{ chain, sparse, input, loss },
    commits: (field) => (field === 'feature' ? input === INPUT.scaled : loss !== LOSS.graph),
  }
}
