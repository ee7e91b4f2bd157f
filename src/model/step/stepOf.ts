import type { Gradient } from '../../model.js'
import type { Commit } from '../state/commit.js'
import type { Machine } from './machine.js'

/** Takes the step of a gradient that is a record. */
export type StepOf = <R>(
  gradient: Gradient<R>,
  first: number,
) => { readonly refused: boolean; readonly meanLoss: number }

export const createStepOf = ({ core, pass, window }: Machine, commit: Commit): StepOf => {
  const { outputs } = core.plan

  /** Puts a gradient and what the rules read of its rows into the arena, as the pass would have left them. */
  const place = <R>({ values, size, loss }: Gradient<R>, first: number): { meanSquaredDelta: number } => {
    core.setGradient(values)
    if (!loss) return { meanSquaredDelta: 0 }
    const { values: losses, deltas, forward } = loss
    const { x, y, weights } = forward.batch
    core.reserveRows(first + size)
    let squares = 0
    for (let i = 0; i < size; i++) {
      pass.setLoss(first + i, losses[i]!)
      let square = 0
      for (let k = i * outputs; k < (i + 1) * outputs; k++) square += deltas[k]! * deltas[k]!
      squares += weights[i]! * square
    }
    if (size === 1) {
      // the bound of a single row looks at its logit and its target
      window.enter({ first, x, y, weights, placed: false }, [0, 1])
      core.run('target', first)
      pass.outputs(first).set(forward.outputs)
    }
    return { meanSquaredDelta: squares / size }
  }

  return (gradient, first) => {
    const { size, loss } = gradient
    const batch = loss?.forward.batch
    const { rejected = 0, unlabelled = 0, cursor, traces = [] } = batch ?? {}
    for (const trace of traces) core.memories?.ahead.remember(trace)
    if (size === 0) {
      // nothing of this window could be learned: it only counts
      commit.count({ rejected, unlabelled, cursor, traces })
      return { refused: false, meanLoss: 0 }
    }
    const { meanSquaredDelta } = place(gradient, first)
    const meanLoss = loss?.mean ?? 0
    const rows = batch && {
      size: batch.size,
      x: batch.x,
      y: batch.y,
      unseen: batch.examples.flatMap(({ unseen }) => unseen),
    }
    const step = { size, first, meanLoss, meanSquaredDelta, rejected, unlabelled, cursor, traces, rows }
    return { meanLoss, refused: commit.window(step).refused }
  }
}
