import { map, type OperatorFunction } from 'rxjs'
import type { Gradient, Loss } from '../src/model.js'
import { checkRecord } from './checkRecord.js'
import type { Reads, RowIn } from './reads.js'

/**
 * The gradient of the mean loss by reverse mode through the circuit: g = (1/b) Σ wᵢ ∇lᵢ(θ).
 *
 *     loss       L M
 *     backward   g h
 *
 * It needs the θ of its forward pass, so everything between the two has to be synchronous.
 *
 * @throws StaleForwardError (as a notification) when the model has stepped since the forward pass
 * @example
 * batch$.pipe(forward(model), loss(), backward(), update(model)).subscribe()
 */
export function backward<R, I = Loss<R>>(): OperatorFunction<
  Reads<I, Loss<R>, 'backward() reads losses: loss() belongs in front of it.'>,
  Gradient<RowIn<I>>
>
export function backward<R>(): OperatorFunction<Loss<R>, Gradient<R>> {
  return map((loss) => {
    checkRecord('backward', loss, 'loss')
    return loss.forward.model.stages.backward(loss)
  })
}
