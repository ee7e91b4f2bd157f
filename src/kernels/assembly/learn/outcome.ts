// What one output says: prediction, loss and δ = ∂l/∂o, with the bits of their graph's instructions.

import { exp_f32, exp_f64 } from '../elementary/exp'
import { log1p_f32, log1p_f64 } from '../elementary/log'
import { sigmoid_f32, sigmoid_f64 } from '../elementary/sigmoid'

// @ts-ignore: decorator
@inline
export function sigmoidOf<T>(z: T): T {
  return sizeof<T>() == 4 ? <T>sigmoid_f32(<f32>z) : <T>sigmoid_f64(<f64>z)
}

/** (z where z > 0) − z·t + log(1 + e^−|z|). */
// @ts-ignore: decorator
@inline
export function binaryCrossEntropyOf<T>(z: T, t: T): T {
  const linear = <T>((z > <T>0 ? z : <T>0) - <T>(z * t))
  const away = <T>-abs<T>(z)
  return <T>(linear + (sizeof<T>() == 4 ? <T>log1p_f32(exp_f32(<f32>away)) : <T>log1p_f64(exp_f64(<f64>away))))
}

/** ½r². */
// @ts-ignore: decorator
@inline
export function squaredOf<T>(r: T): T {
  return <T>(<T>0.5 * <T>(r * r))
}
// @ts-ignore: decorator
@inline
export function squaredSlope<T>(r: T): T {
  const half = <T>(<T>0.5 * r)
  return <T>(half + half)
}

/** c(|r| − ½c), c = min(|r|, δ). */
// @ts-ignore: decorator
@inline
export function huberOf<T>(r: T, delta: T): T {
  const size = abs<T>(r)
  const c = min<T>(size, delta)
  return <T>(c * <T>(size - <T>(<T>0.5 * c)))
}
// @ts-ignore: decorator
@inline
export function huberSlope<T>(r: T, delta: T): T {
  const size = abs<T>(r)
  const c = min<T>(size, delta)
  const inner = <T>(size - <T>(<T>0.5 * c))
  const ofC = <T>(inner + <T>(<T>-c * <T>0.5))
  const slope = <T>(c + (delta > size ? ofC : size > delta ? <T>0 : <T>(ofC * <T>0.5)))
  // its sign is taken over, not asked for: that would be a branch that is guessed wrong at every other row
  return r < <T>0 || r > <T>0 ? copysign<T>(slope, r) : <T>0
}
