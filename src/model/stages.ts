import type { Task } from '../engine.js'
import { LayoutMismatchError, StaleForwardError } from '../errors.js'
import type { Forward, Gradient, Model, Stages } from '../model.js'
import type { Batch, Unseen } from '../records.js'
import { createWriters, type Guard, type Writers } from './learn/writers.js'
import { createShards } from './shards/shards.js'
import { sharedGradient } from './shards/sharedGradient.js'
import type { Commit } from './state/commit.js'
import type { Core } from './state/core.js'
import type { Pass } from './step/pass.js'
import type { Reader } from './step/predictions.js'
import { windowOf } from './step/windowOf.js'

/** A step in parts: each stage a function from record to record, which are made of copies and never change again. */
export const createStages = <R>(
  core: Core,
  commit: Commit,
  pass: Pass,
  reader: Reader,
  model: () => Model<R>,
  guarded: Guard,
): Staged<R> => {
  const { plan, program, width, targets, encoder } = core
  const { places } = program
  const shards = createShards(core, pass)
  const task = (): Task => ({ description: model().description, freeze: plan.freeze, shards: plan.shards })
  const writers = createWriters<R>(core, commit, pass, reader, model, guarded, task)

  const encode: Stages<R>['encode'] = (row) => {
    const x = new Float64Array(width)
    const y = new Float64Array(targets)
    const unseen: Unseen[] = []
    const refused = encoder.encode(row, x, 0, y, 0, unseen)
    const cursor = encoder.cursorOf(row)
    const place = cursor === undefined ? {} : { cursor }
    if (refused) return { kind: 'rejection', ...refused, row, ...place }
    const labelled = y.every((label) => !Number.isNaN(label))
    return { kind: 'example', row, x, y: labelled ? y : undefined, weight: encoder.weightOf(row), unseen, ...place }
  }

  /** The rows of a writer's unfinished window stand from slot 1 on: a stage's rows stand behind them. */
  const firstSlot = (): number => 1 + writers.slots()
  /** Puts a window's rows in, side by side; gives the first one's slot. */
  const load = ({ size, x, y, weights }: Batch<R>): number => {
    const first = firstSlot()
    core.reserveRows(first + size)
    for (let i = 0; i < size; i++) pass.load(first + i, x, i * width, y, i * targets, weights[i]!)
    return first
  }

  const forward: Stages<R>['forward'] = (window) =>
    guarded(() => {
      const outputs = core.floats(window.size * plan.outputs)
      const activations = new Uint8Array(window.size * pass.savedBytes)
      const predictions = reader.columns(window.size)
      const first = load(window)
      pass.predict(first, window.size)
      for (let i = 0; i < window.size; i++) reader.write(predictions, i, first + i)
      pass.forward(first, window.size)
      for (let i = 0; i < window.size; i++) {
        outputs.set(pass.outputs(first + i), i * plan.outputs)
        pass.save(first + i, activations, i * pass.savedBytes)
      }
      return {
        kind: 'forward',
        step: core.step,
        batch: window,
        model: model(),
        outputs,
        activations: activations.buffer,
        predictions,
      }
    })

  const savedOf = ({ activations, batch: { size } }: Forward<R>): Uint8Array => {
    if (activations.byteLength < size * pass.savedBytes)
      throw new StaleForwardError(
        'this forward was made by gradient(model, engine), which has been backward already; use the gradient itself.',
      )
    return new Uint8Array(activations)
  }

  const loss: Stages<R>['loss'] = (from) =>
    guarded(() => {
      const { batch: window } = from
      const values = new Float64Array(window.size)
      const deltas = core.floats(window.size * plan.outputs)
      const saved = savedOf(from)
      const first = load(window)
      for (let i = 0; i < window.size; i++) pass.restore(first + i, saved, i * pass.savedBytes)
      pass.loss(first, window.size)
      let sum = 0
      for (let i = 0; i < window.size; i++) {
        values[i] = pass.lossOf(first + i)
        deltas.set(pass.deltas(first + i), i * plan.outputs)
        sum += window.weights[i]! * values[i]!
      }
      return { kind: 'loss', step: from.step, forward: from, values, deltas, mean: window.size && sum / window.size }
    })

  const backward: Stages<R>['backward'] = (from) =>
    guarded(() => {
      const { forward: ahead, deltas } = from
      const window = ahead.batch
      if (ahead.step !== core.step)
        throw new StaleForwardError(
          `backward: this forward was taken at step ${ahead.step} and the model is at step ${core.step}; put asynchrony before forward(), or use gradient(model), which takes all three stages at once.`,
        )
      const saved = savedOf(ahead)
      const first = load(window)
      for (let i = 0; i < window.size; i++) {
        pass.restore(first + i, saved, i * pass.savedBytes)
        pass.deltas(first + i).set(deltas.subarray(i * plan.outputs, (i + 1) * plan.outputs))
      }
      shards.gradient(first, window.size)
      const values = core.region('gradient').slice()
      return { kind: 'gradient', step: ahead.step, hash: model().hash, size: window.size, values, loss: from }
    })

  const gradient: Stages<R>['gradient'] = (window, crew) =>
    guarded(() => sharedGradient(core, pass, reader, model(), crew, window, firstSlot()))

  /** Puts a gradient and what the rules read of its rows into the arena, as a fused step would have left them. */
  const place = ({ values, size, loss: from }: Gradient<R>): { meanSquaredDelta: number; meanLoss: number } => {
    core.setGradient(values)
    core.reserveRows(1 + size)
    const losses = from ? from.values : new Float64Array(size)
    for (let i = 0; i < size; i++) core.f64[(places.losses + i * program.rowStride) >> 3] = losses[i]!
    if (!from) return { meanSquaredDelta: 0, meanLoss: 0 }
    const { batch: window, outputs } = from.forward
    let squares = 0
    for (let i = 0; i < size; i++) {
      pass.deltas(0).set(from.deltas.subarray(i * plan.outputs, (i + 1) * plan.outputs))
      squares += window.weights[i]! * pass.squaredDelta(0)
    }
    // the bound of a single row looks at its logit and its target
    pass.load(0, window.x, 0, window.y, 0, 1)
    core.run('target')
    pass.outputs(0).set(outputs.subarray(0, plan.outputs))
    return { meanSquaredDelta: squares / size, meanLoss: from.mean }
  }

  const step = (gradient: Gradient<R>, window: Batch<R> | undefined): { refused: boolean; meanLoss: number } => {
    const { rejected = 0, unlabelled = 0, cursor } = window ?? {}
    if (gradient.size === 0) {
      // nothing of this window could be learned: it only counts
      commit.count({ rejected, unlabelled, cursor })
      return { refused: false, meanLoss: 0 }
    }
    const { meanLoss, meanSquaredDelta } = place(gradient)
    const rows = window && {
      size: window.size,
      x: window.x,
      y: window.y,
      unseen: window.examples.flatMap(({ unseen }) => unseen),
    }
    const { size } = gradient
    return { meanLoss, ...commit.window({ size, meanLoss, meanSquaredDelta, rejected, unlabelled, cursor, rows }) }
  }

  const update: Stages<R>['update'] = (gradient, by) =>
    guarded(() => {
      writers.checkHeld(by)
      if (gradient.hash !== model().hash)
        throw new LayoutMismatchError(
          `update: the gradient belongs to layout ${gradient.hash}, the model has ${model().hash}.`,
        )
      const window = gradient.loss?.forward.batch
      const { refused, meanLoss } = step(gradient, window)
      return {
        kind: 'update',
        step: core.step,
        model: model(),
        size: gradient.size,
        loss: meanLoss,
        learningRate: core.f64[places.currentRate >> 3]!,
        refused,
        gradient,
        ...(window?.cursor !== undefined && { cursor: window.cursor }),
      }
    })

  const stages: Stages<R> = {
    ...{ encode, batch: windowOf, forward, loss, backward, gradient, update, take: writers.take },
    get task() {
      return task()
    },
    reject: (rejection) => {
      commit.events.raise(rejection)
      commit.events.deliver()
    },
    keep: keeping(core),
  }
  return { stages, takeAgain: writers.takeAgain, openWindow: writers.openWindow }
}

export interface Staged<R> extends Pick<Writers<R>, 'takeAgain' | 'openWindow'> {
  readonly stages: Stages<R>
}

/** States of operators that are kept in snapshots, each under a name of its own. */
const keeping = (core: Core): Stages<unknown>['keep'] => {
  const kept = new Set<string>()
  return (name, initial) => {
    if (kept.has(name))
      throw new RangeError(`'${name}' is kept in this model already; give one of the two another name.`)
    kept.add(name)
    if (!core.kept.has(name)) core.kept.set(name, initial())
    return {
      // a snapshot that knows nothing of it may have been restored since
      get value() {
        if (!core.kept.has(name)) core.kept.set(name, initial())
        return core.kept.get(name) as ReturnType<typeof initial>
      },
      set value(state) {
        core.kept.set(name, state)
      },
      release: () => kept.delete(name),
    }
  }
}
