import { map, type OperatorFunction } from 'rxjs'
import type { Batch, Gradient, Model } from '../src/types.js'

/**
 * `forward`, `loss` and `backward` in one, at one θ: g = (1/b) Σ wᵢ ∇lᵢ(θ). Nothing can come between them.
 *
 *     batch      A B
 *     gradient   g h
 *
 * @throws ReentrantStepError when it is called from within a step
 * @example
 * row$.pipe(encode(model), batch(32), gradient(model), update(model)).subscribe()
 */
export const gradient = <R>(model: Model<R>): OperatorFunction<Batch<R>, Gradient<R>> =>
  map((batch) => {
    const { forward, loss, backward } = model.stages
    return backward(loss(forward(batch)))
  })
