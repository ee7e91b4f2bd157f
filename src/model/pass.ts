import { log64 } from '../program/elementary/index.js'
import type { Floats } from '../types.js'
import type { Core } from './core.js'

/** One row's way through the arena: in, forward, loss, backward. */
export interface Pass {
  /** Puts a row's numbers in. */
  load(x: Float64Array, xAt: number, y: Float64Array, yAt: number, weight: number): void
  /** Outputs and prediction, by the statistics that a prediction sees. */
  predict(): void
  /** Outputs by the statistics that a gradient sees: the prediction's own, but for `afterPrediction`. */
  forward(): void
  /** l and ∂l/∂output; returns l. A class that has no column is scored against the mass kept for it, with no gradient. */
  loss(): number
  /** ∇ += w·∂l/∂θ. */
  backward(): void
  /** Σ |∂l/∂output|². */
  squaredDelta(): number
  /** The outputs' and their gradients' numbers, as they stand in the arena. */
  outputs(): Floats
  deltas(): Floats
  /** The row's numbers that backward needs but θ. */
  save(into: Uint8Array, at: number): void
  restore(from: Uint8Array, at: number): void
  readonly savedBytes: number
}

export const createPass = (core: Core): Pass => {
  const { plan, program, features, targets } = core
  const { places } = program
  const shift = program.precision === 'f32' ? 2 : 3
  const category = plan.loss.task === 'category'
  const twice = plan.statistics === 'afterPrediction'
  const labels = core.vocabularies[features]
  const vectorAt = (address: number): Floats => core.view.subarray(address >> shift, (address >> shift) + plan.outputs)

  return {
    load(x, xAt, y, yAt, weight) {
      const d = core.f64
      for (let i = 0; i < features; i++) d[(places.x >> 3) + i] = x[xAt + i]!
      for (let i = 0; i < targets; i++) d[(places.y >> 3) + i] = y[yAt + i]!
      d[places.weight >> 3] = weight
    },
    predict() {
      core.run(twice ? 'encodeCommitted' : 'encode')
      core.run('forward')
      core.run('link')
    },
    forward() {
      if (!twice) return
      core.run('encode')
      core.run('forward')
      core.run('link')
    },
    loss() {
      if (category && core.f64[places.y >> 3] === -1) {
        vectorAt(places.delta).fill(0)
        return log64(Math.max(2, (labels?.values.length ?? 0) + 1))
      }
      core.run('target')
      core.run('loss')
      return core.view[places.loss >> shift]!
    },
    backward() {
      core.run('backward')
    },
    squaredDelta() {
      const at = places.delta >> shift
      let sum = 0
      for (let i = 0; i < plan.outputs; i++) sum += core.view[at + i]! * core.view[at + i]!
      return sum
    },
    outputs: () => vectorAt(places.outputs),
    deltas: () => vectorAt(places.delta),
    savedBytes: places.forwardEnd - places.columns,
    save(into, at) {
      into.set(core.bytes.subarray(places.columns, places.forwardEnd), at)
    },
    restore(from, at) {
      core.bytes.set(from.subarray(at, at + places.forwardEnd - places.columns), places.columns)
    },
  }
}
