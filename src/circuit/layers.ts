import { glorot, he, zeros } from '../initializers/index.js'
import type { Initializer } from '../initializers/initializer.js'
import { circuit, type Expression, type Ops } from './build.js'
import type { Circuit } from './graph.js'

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

/** Layers as a circuit: input `x` [columns], nodes `net1`, `layer1`, …, weights `dense1.W` and `dense1.b`, output `o`. */
export const layersCircuit = (layers: readonly Layer[], columns: number, fanIn: number): Circuit => {
  if (layers.length === 0) throw new RangeError('layers: none were given; expected at least one, such as dense(1).')
  const strange = layers.find((layer) => (layer as Layer | undefined)?.kind !== 'dense')
  if (strange !== undefined)
    throw new TypeError(`layers: ${JSON.stringify(strange)} is no layer; expected dense(16, 'relu') and the like.`)
  return circuit((ops: Ops) => {
    let x: Expression = ops.input('x', [columns])
    let inputs = fanIn
    layers.forEach((layer, i) => {
      const last = i === layers.length - 1
      const name = `dense${i + 1}`
      const W = ops.weight(`${name}.W`, {
        shape: [x.shape[0] as number, layer.units],
        initial: initialOf(layer, last),
        fanIn: inputs,
      })
      const b = layer.bias ? ops.weight(`${name}.b`, { shape: [layer.units], group: 'bias', fanIn: inputs }) : undefined
      const net = ops.dense(x, W, b)
      x = ops[layer.activation](net)
      if (x.id !== net.id) ops.named(`net${i + 1}`, net)
      ops.named(last ? 'o' : `layer${i + 1}`, x)
      inputs = layer.units
    })
    return { o: x }
  })
}
