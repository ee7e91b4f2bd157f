import type { Expression } from '../graph/expression.js'
import { glorot, he, zeros } from '../initializers/index.js'
import type { Initializer } from '../initializers/initializer.js'
import { checkWhole } from '../options/checkWhole.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import { type Activation, activationNames, gelu, leakyRelu, silu } from './activations.js'
import type { Layer, LayerKind } from './layer.js'

export interface Dense extends Layer {
  readonly kind: 'dense'
  readonly units: number
  readonly activation: Activation
  readonly bias: boolean
  readonly initial?: Initializer
}

export interface DenseConfig {
  readonly bias?: boolean
  /**
   * The initializer of W. Default: zeros for the last layer; otherwise Glorot for identity, tanh and sigmoid, and He
   * for relu, softplus and functions.
   */
  readonly initial?: Initializer
}

/**
 * Creates a dense layer: y = activation(xW + b), W [inputs, units]; b is zero at the start. The activation is a name or
 * a function of the sums: `gelu`, `silu`, `leakyRelu`, or a custom one that is built from the ops of a circuit.
 *
 * @example
 * createModel({ features, target, layers: [dense(16, 'tanh'), dense(1)] })
 * createModel({ features, target, layers: [dense(16, gelu), dense(8, (x, { mul, tanh }) => mul(x, tanh(x))), dense(1)]
 * })
 */
export const dense = (units: number, activation: Activation = 'identity', config?: DenseConfig): Dense => {
  const { bias, initial } = optionsOf('dense', config, { bias: true, initial: undefined })
  checkWhole('dense: units is', units, ", as in dense(16, 'tanh')")
  const isOwn = typeof activation === 'function'
  if (imported.includes(activation))
    throw new RangeError(
      `dense: activation is '${activation}', whose function is imported; write dense(${units}, ${activation}), without quotes, after import { ${activation} } from 'rxgrad'.`,
    )
  if (!isOwn) oneOf('dense', 'activation', activation, activationNames)
  const usual = isOwn || activation === 'relu' || activation === 'softplus' ? he : glorot
  return bySettings(
    {
      ...{ kind: 'dense', units, activation, bias },
      ...(initial !== undefined && { initial }),
      ...(activation !== 'identity' && { ends: isOwn ? activation.name || 'a function' : activation }),
      takes: ({ indexed }) => !indexed,
      build(ops, x, { name, prefix, index, last, fanIn, sparse }) {
        const W = (own: string, rows: number): Expression =>
          ops.weight(`${name}.${own}`, {
            shape: [rows, units],
            initial: initial ?? (last ? zeros() : usual()),
            fanIn,
          })
        const parts = sparse.map((each) => ({ ...each, W: W(`W.${each.name}`, each.rows) }))
        const own = x && W('W', x.shape[0])
        const b = bias ? ops.weight(`${name}.b`, { shape: [units], group: 'bias', fanIn }) : undefined
        // The bias is added to the first of the sums only.
        const sums = parts.map(({ h, W }, k) => ops.sparseDense(h, W, k === 0 ? b : undefined))
        if (x && own) sums.push(ops.dense(x, own, sums.length === 0 ? b : undefined))
        const net = sums.length === 1 ? sums[0] : ops.add(...sums)
        const y = isOwn ? activation(net, ops) : ops[activation](net)
        if (y.id !== net.id) ops.named(`${prefix}net${index}`, net)
        return y
      },
    },
    isOwn && activation,
  )
}

/** The activations of this library that are functions, by name. */
const imported: readonly unknown[] = ['gelu', 'silu', 'leakyRelu']
const activations: Readonly<Record<string, Activation>> = {
  identity: 'identity',
  relu: 'relu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softplus: 'softplus',
  gelu,
  silu,
  leakyRelu,
}
export const denseKind: LayerKind = {
  example: '32 relu',
  count: 'units',
  choice: { setting: 'activation', values: activations },
  make: (units, activation) => dense(units, activation as Activation),
}
