import type { Expression, Ops } from '../graph/expression.js'
import type { Circuit } from '../graph/graph.js'
import { glorot, he, zeros } from '../initializers/index.js'
import type { Initializer } from '../initializers/initializer.js'
import { circuit } from './build.js'

export type Activation = 'identity' | 'relu' | 'tanh' | 'sigmoid' | 'softplus'
export const ACTIVATIONS: readonly Activation[] = ['identity', 'relu', 'tanh', 'sigmoid', 'softplus']

/** y = activation(xW + b), as data. */
export interface Dense {
  readonly kind: 'dense'
  readonly units: number
  readonly activation: Activation
  readonly bias: boolean
  readonly initial?: Initializer
}
export type Layer = Dense

export interface DenseConfig {
  readonly bias?: boolean
  /** Default: He for relu, Glorot else, zeros for the last layer. */
  readonly initial?: Initializer
}

/**
 * A dense layer: y = activation(xW + b), W [inputs, units], b zero at the start.
 *
 * @example
 * createModel({ features, target, layers: [dense(16, 'tanh'), dense(1)] })
 */
export const dense = (
  units: number,
  activation: Activation = 'identity',
  { bias = true, initial }: DenseConfig = {},
): Dense => {
  if (!Number.isInteger(units) || units < 1)
    throw new RangeError(`dense: units is ${units}; expected a whole number of at least 1, as in dense(16, 'tanh').`)
  if (!ACTIVATIONS.includes(activation))
    throw new RangeError(`dense: there is no activation '${activation}'; there are ${ACTIVATIONS.join(', ')}.`)
  return { kind: 'dense', units, activation, bias, ...(initial && { initial }) }
}

const initialOf = ({ initial, activation }: Dense, last: boolean): Initializer =>
  initial ?? (last ? zeros() : activation === 'relu' || activation === 'softplus' ? he() : glorot())

/** A feature that the first layer reads as a sparse row: its name, how many numbers it is, how many weights it has a unit. */
export interface SparseInput {
  readonly name: string
  readonly width: number
  readonly rows: number
}

/**
 * Layers as a circuit: input `x` [columns], nodes `net1`, `layer1`, …, weights `dense1.W` and `dense1.b`, output `o`. A
 * sparse input has its own name, and weights `dense1.W.name`.
 */
export const layersCircuit = (
  layers: readonly Layer[],
  columns: number,
  fanIn: number,
  sparse: readonly SparseInput[] = [],
): Circuit => {
  if (layers.length === 0) throw new RangeError('layers: none were given; expected at least one, such as dense(1).')
  const strange = layers.find((layer) => (layer as Layer | undefined)?.kind !== 'dense')
  if (strange !== undefined)
    throw new TypeError(`layers: ${JSON.stringify(strange)} is no layer; expected dense(16, 'relu') and the like.`)
  return circuit((ops: Ops) => {
    const wide = sparse.map(({ name, width, rows }) => ({ name, rows, h: ops.input(name, [width]) }))
    let x: Expression | undefined = columns > 0 ? ops.input('x', [columns]) : undefined
    let inputs = fanIn
    layers.forEach((layer, i) => {
      const last = i === layers.length - 1
      const name = `dense${i + 1}`
      const W = (own: string, rows: number): Expression =>
        ops.weight(`${name}.${own}`, { shape: [rows, layer.units], initial: initialOf(layer, last), fanIn: inputs })
      const parts = [...(i === 0 ? wide : []).map((each) => ({ ...each, W: W(`W.${each.name}`, each.rows) }))]
      const own = x && W('W', x.shape[0] as number)
      const b = layer.bias ? ops.weight(`${name}.b`, { shape: [layer.units], group: 'bias', fanIn: inputs }) : undefined
      // the bias goes with the first of the sums
      const sums = parts.map(({ h, W }, k) => ops.sparseDense(h, W, k === 0 ? b : undefined))
      if (x && own) sums.push(ops.dense(x, own, sums.length === 0 ? b : undefined))
      const net = sums.length === 1 ? (sums[0] as Expression) : ops.add(...sums)
      x = ops[layer.activation](net)
      if (x.id !== net.id) ops.named(`net${i + 1}`, net)
      ops.named(last ? 'o' : `layer${i + 1}`, x)
      inputs = layer.units
    })
    return { o: x as Expression }
  })
}
