import { map, type OperatorFunction } from 'rxjs'
import type { Baseline } from '../src/baselines/baseline.js'
import { isCategory } from '../src/features/field.js'
import type { Evaluation } from '../src/metrics/evaluation.js'
import type { Metric } from '../src/metrics/metric.js'
import { type AnyLearned, observing } from '../src/metrics/observed.js'
import { scoreboard } from '../src/metrics/scoreboard.js'
import type { ScoreboardState } from '../src/metrics/scoreboardState.js'
import { isLabelled } from '../src/model/learn/openWindow.js'
import type { Model } from '../src/model.js'
import { hold } from './hold.js'

export interface EvaluateConfig {
  /** Default: MAE, RMSE and R² for numbers; accuracy and log loss for categories. */
  readonly metrics?: readonly Metric[]
  /** Default: no-change, and running mean or majority class. */
  readonly baselines?: readonly Baseline[]
  /** Rows of the rolling window. Default 1000. */
  readonly rolling?: number
  /** Factor of the fading form. Default 0.999. */
  readonly fading?: number
  /** Which target is scored, where there are several. Default: the first. */
  readonly target?: string
  /** Under which the scores are kept in the model. Default 'evaluate'; two of one name throw. */
  readonly name?: string
}

/**
 * Scores each row's stored prediction against the truth that came with it, beside every baseline on the same rows.
 *
 *     learned    a b c
 *     evaluate   E F G     G.report(): the scoreboard as it stands when it is asked for
 *
 * The scores are part of the model's state: they are saved with it, and a row counts with the step that learns it, so
 * that scores and θ always stand at the same row (rows of a window that is still open count when it closes).
 *
 * @throws RangeError for metrics or baselines of the other task, or an unknown target; as notifications, RangeError for
 *   a name that is in use, TypeError when the scores kept under it are of another configuration, or when a row was
 *   learned by another model
 * @example
 * row$.pipe(learn(model), evaluate(model), throttleTime(1000))
 *   .subscribe((evaluation) => console.log(evaluation.report().metrics[0]))
 */
export const evaluate = <R>(
  model: Model<R>,
  config: EvaluateConfig = {},
): OperatorFunction<AnyLearned<R>, Evaluation<R>> => {
  const names = Object.keys(model.target)
  const { name = 'evaluate', target = names[0] as string } = config
  const targets = names.length
  const field = model.target[target]
  if (!field) throw new RangeError(`evaluate: there is no target '${target}'; there are ${names.join(', ')}.`)
  const board = scoreboard({ ...config, task: isCategory(field) ? 'classification' : 'regression' })
  const observe = observing(model, target)
  const take = () => model.stages.keep(name, (): Kept => ({ step: model.step, scores: board.init() }))

  return (source) =>
    hold(take, (kept) => {
      /** Rows of the window that is not closed yet. */
      let open: { readonly learned: AnyLearned<R>; readonly i: number }[] = []
      let state: Kept | undefined
      /** What is kept; looked at again whenever a snapshot has been restored. */
      const current = (): Kept => {
        const now = kept.value
        if (now !== state) board.resume(now.scores)
        state = now
        return now
      }
      const gather = (learned: AnyLearned<R>): void => {
        for (let i = 0; i * targets < learned.actual.length; i++)
          if (isLabelled(learned.actual, i, targets)) open.push({ learned, i })
      }
      /** Scores the rows that a step has learned; all windows that one element closes are of one size. */
      const close = (size: number, step: number): void => {
        const now = current()
        const rest = open.length % size
        const closed = rest === 0 ? open : open.slice(0, -rest)
        for (const { learned, i } of closed) board.update(now.scores, observe(learned, i))
        now.step = step
        open = rest === 0 ? [] : open.slice(-rest)
      }
      current()
      return source.pipe(
        map((learned): Evaluation<R> => {
          const { step, update } = learned
          if (learned.model !== model)
            throw new TypeError(
              'evaluate: this row was learned by another model than the one given; expected learn(model), evaluate(model).',
            )
          gather(learned)
          if (update) close(update.size, step)
          return { kind: 'evaluation', step, model, learned, report: () => board.report(kept.value.scores) }
        }),
      )
    })
}

interface Kept {
  /** The step that the scores stand at. */
  step: number
  readonly scores: ScoreboardState
}
