import { map, type OperatorFunction } from 'rxjs'
import type { Gradient, Loss } from '../src/model.js'
import { checkRecord } from './checkRecord.js'

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
export const backward = <R>(): OperatorFunction<Loss<R>, Gradient<R>> =>
  map((loss) => {
    checkRecord('backward', loss, 'loss')
    return loss.forward.model.stages.backward(loss)
  })
