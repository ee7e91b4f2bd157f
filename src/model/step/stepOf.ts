import type { Gradient } from '../../model.js'
import type { Commit, Outcome } from '../state/commit.js'
import type { Machine } from './machine.js'

/** Takes the step of a gradient given as a record; the gradient's rows may use the arena from slot `first` on. */
export type StepOf = <R>(gradient: Gradient<R>, first: number) => Outcome

export const createStepOf =
  ({ core, pass, window }: Machine, commit: Commit): StepOf =>
  ({ values, size, loss }, first) => {
    const { batch, outputs } = loss?.forward ?? {}
    const own = { size, rejected: 0, unlabelled: 0, cursor: undefined, traces: [], ...batch, first }
    for (const trace of own.traces) core.memories?.ahead.remember(trace)
    for (const { shared = [] } of batch?.examples ?? [])
      for (const { field, value } of shared) core.vocabularies[field]?.meet(value)
    if (size === 0) {
      // No row of this window could be learned, so its rows are only counted.
      commit.count(own)
      return { refused: false, meanLoss: 0 }
    }
    core.setGradient(values)
    let lossSum = 0
    let squares = 0
    if (loss && batch && outputs) {
      // What the rules read about a window's rows is put into the arena, as the pass would have left it.
      core.reserveRows(first + size)
      for (let i = 0; i < size; i++) {
        const weight = batch.weights[i]
        const losses = pass.losses(first + i)
        losses[0] = loss.values[i]
        if (loss.experts) losses.set(loss.experts.subarray(i * (losses.length - 1), (i + 1) * (losses.length - 1)), 1)
        if (loss.experts) pass.label(first + i, batch.y, i * core.targets, weight)
        lossSum += weight * loss.values[i]
        pass.deltas(first + i).set(loss.deltas.subarray(i * core.plan.outputs, (i + 1) * core.plan.outputs))
        squares += weight * pass.squaredDelta(first + i)
      }
      if (size === 1) {
        // The bound of a single row reads its logit and its target.
        window.enter({ ...batch, first, placed: false }, [0, 1])
        core.run('target', first)
        if (loss.experts) pass.predict(first, 1)
        pass.outputs(first).set(outputs)
      }
    }
    const unseen = batch?.examples.flatMap(({ unseen }) => unseen)
    return commit.window({ x: undefined, y: undefined, ...own, lossSum, squares, unseen: unseen ?? [] })
  }
