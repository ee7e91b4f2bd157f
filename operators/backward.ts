import { map, type OperatorFunction } from 'rxjs'
import type { Gradient, Loss } from '../src/model.js'

/**
 * The gradient of the mean loss: g = (1/b) Σ wᵢ ∇lᵢ(θ), by reverse mode through the circuit.
 *
 *     loss       L M
 *     backward   g h
 *
 * It needs the very θ of its forward, so between the two everything is synchronous.
 *
 * @throws StaleForwardError (as a notification) when the model has stepped since the forward
 * @example
 * batch$.pipe(forward(model), loss(), backward(), update(model)).subscribe()
 */
export const backward = <R>(): OperatorFunction<Loss<R>, Gradient<R>> =>
  map((loss) => loss.forward.model.stages.backward(loss))
