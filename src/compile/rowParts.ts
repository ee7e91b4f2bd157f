import { type Field, isCategory, isSparse, type SparseShape, scalingOf } from '../features/field.js'
import { isScaledNumber, isUnscaled } from '../features/scaledNumber.js'
import type { Circuit } from '../graph/graph.js'
import type { Transform } from '../optimizers/optimizer.js'
import { ACTIVATION, INPUT, LOSS } from '../program/abi.js'
import { settingsOf } from '../settings.js'
import type { Plan } from './configuration.js'
import { type ChainLayer, chainOf } from './denseChain.js'
import { isKnownLoss } from './isKnownLoss.js'

// These are the parts of a model for which the rows' kernels have code of their own; the rest runs as instructions.

const FUSED_ACTIVATIONS: readonly string[] = Object.keys(ACTIVATION)

/** Returns the model's layers if the kernels have code for such a chain, otherwise undefined. */
const knownChainOf = ({ layers, circuit, freeze, precision }: Plan): readonly ChainLayer[] | undefined =>
  layers && precision === 'f32' && freeze.length === 0 ? chainOf(circuit, FUSED_ACTIVATIONS) : undefined

const inputOf = (fields: readonly Field[]): number => {
  if (fields.every(isUnscaled)) return INPUT.plain
  return fields.every((field) => isScaledNumber(field) && scalingOf(field)) ? INPUT.scaled : INPUT.encoded
}

/** Returns the code of a loss that the kernels know, on targets that they can read. */
const fusedLoss = ({ loss, target }: Plan): number =>
  isKnownLoss(loss) && Object.values(target).every((field) => isCategory(field) || isScaledNumber(field))
    ? LOSS[loss.kind as keyof typeof LOSS]
    : LOSS.graph

/** The kernels also have code for the losses of a single output; other losses run from their graph. */
const lossOf = (plan: Plan, chain: readonly ChainLayer[] | undefined, sparse: boolean): number => {
  const isSingle = chain?.[chain.length - 1]?.activation === 'identity' && plan.outputs === 1
  return sparse || isSingle ? fusedLoss(plan) : LOSS.graph
}

/** Tells whether the circuit is nothing but a product with a sparse row. */
const isSparseLayer = ({ nodes }: Circuit): boolean =>
  nodes[nodes.length - 1]?.op === 'sparseDense' && nodes.filter(({ op }) => op !== 'weight').length === 2

/** A layer of one output on one hashed feature, whose steps change only the weights of a row's own names. */
export interface SparseLayer {
  readonly field: Field
  readonly shape: SparseShape
  /** The ε of AdaGrad; undefined for plain gradient steps. */
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
  // An ε that is 0 in f32 would give 0/0 for a gradient of 0.
  return kind === 'adagrad' && settingsOf(transform) && rest.length === 0 && Math.fround(epsilon) > 0
    ? { field, shape, epsilon }
    : undefined
}

/** What a row plan needs from the program before the program's code is finished. */
export interface RowParts {
  readonly chain: readonly ChainLayer[] | undefined
  readonly sparse: SparseLayer | undefined
  readonly input: number
  readonly loss: number
  /** Tells whether the kernels commit the statistics of these fields themselves. */
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
