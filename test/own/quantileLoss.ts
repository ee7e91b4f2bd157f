import type { Expression, LossFunction, LossSite } from 'rxgrad'

export interface QuantileLoss extends LossFunction {
  readonly kind: 'pinball'
  readonly quantile: number
}

const methods = {
  build(this: QuantileLoss, { ops: { add, mul, relu, sub, sum }, output, target }: LossSite): Expression {
    const [under, over] = [relu(sub(target, output)), relu(sub(output, target))]
    return sum(add(mul(this.quantile, under), mul(1 - this.quantile, over)))
  },
}

/**
 * The pinball loss: l = q(t − o) if the output is too small, else (1 − q)(o − t). The prediction tends to quantile q.
 *
 * Koenker and Bassett, "Regression quantiles" (1978).
 */
export const quantileLoss = ({ quantile = 0.5 }: { readonly quantile?: number } = {}): QuantileLoss => ({
  ...{ kind: 'pinball', task: 'numeric', quantile },
  ...methods,
})
