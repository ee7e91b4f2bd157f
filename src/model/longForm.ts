import { LayoutMismatchError, StaleForwardError } from '../errors.js'
import type { Forward, Gradient, Loss, Model, Stages } from '../model.js'
import type { Batch } from '../records.js'
import type { Guard, Writers } from './learn/writers.js'
import { bringStages } from './stages.js'
import type { Commit } from './state/commit.js'
import { encodeRow } from './step/encodeRow.js'
import type { Machine } from './step/machine.js'
import { createStepOf } from './step/stepOf.js'
import { updateOf } from './step/updateOf.js'
import { windowOf } from './step/windowOf.js'
import type { WindowRows } from './step/windowPass.js'

/** Splits a step into stages: each is a function from record to record, and records are copies that never change. */
const createLongForm = <R>(
  machine: Machine,
  commit: Commit,
  model: Model<R>,
  writers: Writers<R>,
  guarded: Guard,
): Omit<
  Stages<R>,
  'take' | 'task' | 'reject' | 'learnedSince' | 'keep' | 'kept' | 'drifts' | 'touch' | 'late' | 'arrival' | 'reacting'
> => {
  const { core, pass, window, reader } = machine
  const { outputs } = core.plan
  const stepOf = createStepOf(machine, commit)

  /**
   * Returns the first free slot: a writer's unfinished window occupies slots from 1 on, and a stage's rows follow them.
   */
  const firstSlot = (): number => 1 + writers.slots()
  const rowsOf = ({ x, y, weights }: Batch<R>): WindowRows => ({ first: firstSlot(), x, y, weights, placed: false })

  /** Copies what stands in `size` consecutive slots. */
  const copied = (size: number, first: number, read: (slot: number) => Float32Array | Float64Array) => {
    const copies = core.floats(size * outputs)
    for (let i = 0; i < size; i++) copies.set(read(first + i), i * outputs)
    return copies
  }
  const lossOf = (forward: Forward<R>, first: number): Loss<R> => {
    const { step, batch } = forward
    const { size, weights } = batch
    const values = new Float64Array(size)
    const own = pass.losses(0).length - 1
    const experts = own > 0 ? new Float64Array(size * own) : undefined
    let sum = 0
    for (let i = 0; i < size; i++) {
      experts?.set(pass.losses(first + i).subarray(1), i * own)
      values[i] = pass.lossOf(first + i)
      sum += weights[i] * values[i]
    }
    const deltas = copied(size, first, pass.deltas)
    return { kind: 'loss', step, forward, values, deltas, ...(experts && { experts }), mean: size && sum / size }
  }
  const gradientOf = (loss: Loss<R>): Gradient<R> => {
    const { size } = loss.forward.batch
    const values = core.region('gradient').slice()
    return { kind: 'gradient', step: loss.step, hash: model.hash, size, values, loss }
  }

  const forward = (batch: Batch<R>): Forward<R> => {
    const { step } = core
    const { size } = batch
    const rows = rowsOf(batch)
    const { first } = rows
    const activations = new Uint8Array(size * pass.savedBytes)
    const predictions = reader.columns(size)
    window.enter(rows, [0, size])
    pass.predict(first, size)
    for (let i = 0; i < size; i++) reader.write(predictions, i, first + i)
    pass.forward(first, size)
    for (let i = 0; i < size; i++) pass.save(first + i, activations, i * pass.savedBytes)
    const own = copied(size, first, pass.outputs)
    return { kind: 'forward', step, batch, model, outputs: own, activations: activations.buffer, predictions }
  }

  /** Puts the rows of a forward back into the arena as the forward left them. */
  const enterAgain = ({ batch, activations }: Forward<R>): WindowRows => {
    const { size } = batch
    if (activations.byteLength < size * pass.savedBytes)
      throw new StaleForwardError(
        'the forward comes from gradient(model, engine), which keeps no activations; use its gradient instead.',
      )
    const saved = new Uint8Array(activations)
    const rows = rowsOf(batch)
    window.enter(rows, [0, size])
    for (let i = 0; i < size; i++) pass.restore(rows.first + i, saved, i * pass.savedBytes)
    return rows
  }

  const loss = (from: Forward<R>): Loss<R> => {
    const { first } = enterAgain(from)
    pass.loss(first, from.batch.size)
    return lossOf(from, first)
  }

  const backward = (from: Loss<R>): Gradient<R> => {
    const { forward, deltas } = from
    const { size } = forward.batch
    if (forward.step !== core.step)
      throw new StaleForwardError(
        `backward: this forward was taken at step ${forward.step}, but the model is at step ${core.step}; put asynchrony before forward(), or use gradient(model).`,
      )
    const rows = enterAgain(forward)
    // The experts' gradients start from their own losses, which are computed again.
    if (core.plan.experts) pass.loss(rows.first, size)
    for (let i = 0; i < size; i++) pass.deltas(rows.first + i).set(deltas.subarray(i * outputs, (i + 1) * outputs))
    window.gradient(rows, size)
    return gradientOf(from)
  }

  const gradient: Stages<R>['gradient'] = (batch, crew) =>
    guarded(() => {
      const { step } = core
      const { size } = batch
      const rows = rowsOf(batch)
      const { first } = rows
      const predictions = reader.columns(size)
      window.learn(rows, size, crew, (from, count) => {
        for (let i = from; i < from + count; i++) reader.write(predictions, i, first + i)
      })
      const own = copied(size, first, pass.outputs)
      // Backward is complete here, so the activations are no longer needed.
      const activations = new ArrayBuffer(0)
      return gradientOf(lossOf({ kind: 'forward', step, batch, model, outputs: own, activations, predictions }, first))
    })

  const update: Stages<R>['update'] = (gradient, by) =>
    guarded(() => {
      writers.checkHeld(by)
      if (gradient.hash !== model.hash)
        throw new LayoutMismatchError(
          `update: the gradient has layout ${gradient.hash}; expected ${model.hash}, as this model has.`,
        )
      const { refused, meanLoss } = stepOf(gradient, firstSlot())
      return updateOf(core, model, gradient.size, meanLoss, refused, gradient.loss?.forward.batch.cursor, gradient)
    })

  return {
    encode(row, memories = core.memories?.committed.copy()) {
      const { watch } = writers
      if (watch && --watch.left < 0) watch.look(row)
      return encodeRow(core, row, memories)
    },
    memories: () => core.memories?.committed.copy(),
    batch: windowOf,
    forward: (batch) => guarded(forward, batch),
    loss: (from) => guarded(loss, from),
    backward: (from) => guarded(backward, from),
    gradient,
    update,
  }
}

/** Brings the long form to all models. */
export const bringLongForm = (): void => bringStages(createLongForm)
