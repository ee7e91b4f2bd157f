import type { Expression, LossFunction, LossSite } from 'rxgrad'

export interface QuantileLoss extends LossFunction {
  readonly kind: 'quantile'
  readonly quantile: number
}

const methods = {
  build(this: QuantileLoss, { ops: { max, mul, sub, sum }, output, target }: LossSite): Expression {
    const r = sub(target, output)
    return sum(max(mul(this.quantile, r), mul(this.quantile - 1, r)))
  },
}

/**
 * The pinball loss: l = q(t − o) where the output is too small, else (1 − q)(o − t). The prediction leans to the quantile q.
 *
 * Koenker and Bassett, "Regression quantiles" (1978).
 */
export const quantileLoss = ({ quantile = 0.5 }: { readonly quantile?: number } = {}): QuantileLoss => ({
  ...{ kind: 'quantile', task: 'numeric', quantile },
  ...methods,
})
