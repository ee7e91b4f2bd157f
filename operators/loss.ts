import { map, type OperatorFunction } from 'rxjs'
import type { Forward, Loss } from '../src/model.js'
import { checkRecord } from './checkRecord.js'
import type { Reads, RowIn } from './reads.js'

/**
 * Computes each example's loss lᵢ and ∂lᵢ/∂oᵢ, and their weighted mean (1/b) Σ wᵢ lᵢ.
 *
 *     forward   F G
 *     loss      L M
 *
 * It takes no model, because the forward record knows its own.
 *
 * @example
 * batch$.pipe(forward(model), loss(), backward(), update(model)).subscribe()
 */
export function loss<R, I = Forward<R>>(): OperatorFunction<
  Reads<I, Forward<R>, 'loss() reads outputs: forward(model) belongs in front of it.'>,
  Loss<RowIn<I>>
>
export function loss<R>(): OperatorFunction<Forward<R>, Loss<R>> {
  return map((forward) => {
    checkRecord('loss', forward, 'forward')
    return forward.model.stages.loss(forward)
  })
}
