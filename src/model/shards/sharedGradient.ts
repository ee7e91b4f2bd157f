import type { Crew } from '../../engine.js'
import type { Forward, Gradient, Model } from '../../model.js'
import type { Batch } from '../../records.js'
import type { Core } from '../state/core.js'
import type { Pass } from '../step/pass.js'
import type { Reader } from '../step/predictions.js'
import { createSharedWindows } from './sharedWindows.js'

/** `forward`, `loss` and `backward` of a batch in one, its shards computed by a crew; its rows stand from slot `base` on. */
export const sharedGradient = <R>(
  core: Core,
  pass: Pass,
  reader: Reader,
  model: Model<R>,
  crew: Crew,
  batch: Batch<R>,
  base: number,
): Gradient<R> => {
  const { plan, step } = core
  const { size, weights } = batch
  const outputs = core.floats(size * plan.outputs)
  const deltas = core.floats(size * plan.outputs)
  const losses = new Float64Array(size)
  const predictions = reader.columns(size)
  createSharedWindows(core, pass, crew).through(base, size, { ...batch, placed: false }, (first, count) => {
    for (let i = first; i < first + count; i++) reader.write(predictions, i, base + i)
  })
  let sum = 0
  for (let i = 0; i < size; i++) {
    outputs.set(pass.outputs(base + i), i * plan.outputs)
    deltas.set(pass.deltas(base + i), i * plan.outputs)
    losses[i] = pass.lossOf(base + i)
    sum += weights[i]! * losses[i]!
  }
  // the way back is done: nothing needs the activations any more
  const activations = new ArrayBuffer(0)
  const forward: Forward<R> = { kind: 'forward', step, batch, model, outputs, activations, predictions }
  const mean = size && sum / size
  const values = core.region('gradient').slice()
  const { hash } = model
  return {
    kind: 'gradient',
    step,
    hash,
    size,
    values,
    loss: { kind: 'loss', step, forward, values: losses, deltas, mean },
  }
}
