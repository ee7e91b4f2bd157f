import { chain, type Optimizer, type RateConfig, type StepRows, sgd, type Transform } from 'rxgrad'

export interface RmspropConfig extends RateConfig {
  readonly decay?: number
  readonly epsilon?: number
}

interface Rmsprop extends Transform {
  readonly decay: number
  readonly epsilon: number
}

const methods = {
  emit(this: Rmsprop, { gradient: g, slot, scratch, ...rows }: StepRows): void {
    const v = slot('meanSquare')
    const work = scratch('work')
    rows.scale(v, v, this.decay)
    rows.mul(work, g, g)
    rows.scale(work, work, 1 - this.decay)
    rows.add(v, v, work)
    rows.sqrt(work, v)
    rows.shift(work, work, this.epsilon)
    rows.div(g, g, work)
  },
}

/**
 * RMSProp: v ← ρv + (1 − ρ)∇², θ ← θ − η∇ / (√v + ε).
 *
 * Tieleman and Hinton, "Lecture 6.5: RMSProp", Neural Networks for Machine Learning (2012).
 */
export const rmsprop = ({
  decay = 0.9,
  epsilon = 1e-8,
  learningRate = 0.01,
  ...config
}: RmspropConfig = {}): Optimizer => {
  const transform: Rmsprop = { kind: 'rmsprop', secondMoments: true, decay, epsilon, ...methods }
  return chain(transform, sgd({ learningRate, ...config }))
}
