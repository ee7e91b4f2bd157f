import { type Expression, initializers, type Layer, type LayerSite, type Ops } from 'rxgrad'

export interface GatedLayer extends Layer {
  readonly kind: 'gated'
  readonly units: number
}

const methods = {
  build(this: GatedLayer, ops: Ops, x: Expression | undefined, { name, fanIn }: LayerSite): Expression {
    const { dense, mul, sigmoid, weight } = ops
    if (!x) throw new RangeError(`layers: ${name} has no numbers to read; put it after a dense layer.`)
    const shape = [x.shape[0] as number, this.units]
    const initial = initializers.glorot()
    const b = (of: string) => weight(`${name}.b.${of}`, { shape: [this.units], group: 'bias', fanIn })
    const sums = (of: string) => dense(x, weight(`${name}.W.${of}`, { shape, initial, fanIn }), b(of))
    return mul(sums('value'), sigmoid(sums('gate')))
  },
}

/**
 * A gated linear unit: y = (xV + b) ⊙ σ(xG + c).
 *
 * Dauphin, Fan, Auli and Grangier, "Language modeling with gated convolutional networks" (2017).
 */
export const gated = (units: number): GatedLayer => ({ kind: 'gated', units, ...methods })
