import { map, type OperatorFunction } from 'rxjs'
import type { Baseline } from '../src/baselines/baseline.js'
import { byTarget } from '../src/baselines/byTarget.js'
import { mean } from '../src/baselines/mean.js'
import { noChange } from '../src/baselines/noChange.js'
import { isCategory } from '../src/features/field.js'
import type { Delayed } from '../src/late.js'
import type { Evaluation } from '../src/metrics/evaluation.js'
import {
  type Foresight,
  followForesight,
  foresightAt,
  MOST_FORESEEN,
  problemOfForesight,
} from '../src/metrics/foresight.js'
import type { Metric, Observation } from '../src/metrics/metric.js'
import { type AnyLearned, observing } from '../src/metrics/observed.js'
import { observingColumns } from '../src/metrics/observedColumns.js'
import { scoreboard, scoreDefaults } from '../src/metrics/scoreboard.js'
import type { ScoreboardState } from '../src/metrics/scoreboardState.js'
import { bringKeep } from '../src/model/keep.js'
import type { LearnedRows, Model } from '../src/model.js'
import { checkNumber } from '../src/options/checkNumber.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import type { Prediction } from '../src/records.js'
import type { AnyValue } from '../src/values.js'
import { checkLearned } from './checkRecord.js'
import { gathering } from './gathering.js'
import { checkGiven } from './given.js'
import { hold } from './hold.js'
import type { Reads, RowIn } from './reads.js'

export interface EvaluateConfig {
  /**
   * The scores to keep. Default: MAE, RMSE and R² for numbers; accuracy and log loss for categories. For labels of which
   * several may hold, `hammingLoss()`, `subsetAccuracy()` and `labelF1()` read all targets.
   */
  readonly metrics?: readonly Metric[]
  /** The predictors to compare with. Default: no-change, and running mean or majority class. */
  readonly baselines?: readonly Baseline[]
  /** The number of rows in the rolling window. Default 1000. */
  readonly rolling?: number
  /** The factor of the fading form. Default 0.999. */
  readonly fading?: number
  /** The share of true scores that are to lie within the bands of theirs, such as 0.95; at most 0.99. Default: no bands. */
  readonly confidence?: number
  /**
   * Where labels come later: of how many earlier rows it is known what the baselines expected, counted from the row that
   * came last. The baselines of a label that comes later still are scored by the oldest that is known, so that they
   * have learned more than the model had. Default 10,000; some more are kept for a time.
   */
  readonly foresight?: number
  /** The target that is scored, where there are several. Default: the first. */
  readonly target?: string
  /** The name under which the model keeps the scores; two evaluations with one name throw. Default 'evaluate'. */
  readonly name?: string
}

/**
 * Scores each row's stored prediction against the truth that came with it, beside every baseline on the same rows.
 *
 *     learned    a b c
 *     evaluate   E F G     G.report(): the scoreboard at the time of the call
 *
 * A prediction that was made before the model had learned any row is shown but not scored, neither for the model nor
 * for the baselines, which learn from its row: such a row counts in `unscored`.
 *
 * Where labels come later than predictions, as from `joinLabels` and `forecast`, a row is scored when its label comes: by
 * the prediction that was made of it, against what the baselines expected at that time, of the same row.
 *
 * With a `confidence`, each score has its band: where its true value probably is, if the stream does not change, by
 * losses of which each may depend on those before it.
 *
 * The scores are part of the model's state and are saved with it. A row is counted by the step that learns it, so
 * scores and θ always stand at the same row; rows of a window that is still open are counted when it closes.
 *
 * @throws RangeError for metrics or baselines of the other task, or an unknown target; as notifications, RangeError for
 * a name that is in use, and TypeError when the scores kept under it have another configuration or are damaged, which
 * `restore` refuses as well, or when a row was learned by another model
 * @example
 * row$.pipe(learn(model), evaluate(model), throttleTime(1000))
 *   .subscribe((evaluation) => console.log(evaluation.report().metrics[0]))
 * const sure = evaluate(model, { name: 'sure', confidence: 0.95 })
 * row$.pipe(learn(model), sure, throttleTime(1000)).subscribe((evaluation) => {
 *   const [{ model: own, baselines }] = evaluation.report().metrics
 *   console.log(own.cumulative, own.bands?.cumulative, baselines['no-change'].bands?.cumulative)
 * })
 */
export function evaluate<R, I = AnyLearned<R>, V extends AnyValue = AnyValue>(
  model: Model<R, V>,
  config?: EvaluateConfig,
): OperatorFunction<
  Reads<
    I,
    AnyLearned<unknown>,
    'evaluate(model) reads what was predicted when a row came: learn(model) belongs in front of it.'
  >,
  Evaluation<RowIn<I>, V>
>
export function evaluate<R>(model: Model<R>, config?: EvaluateConfig): OperatorFunction<AnyLearned<R>, Evaluation<R>> {
  checkGiven('evaluate: the model', model, 'learn')
  bringKeep()
  const names = Object.keys(model.target)
  const {
    name,
    target,
    foresight: most,
    ...scores
  } = optionsOf('evaluate', config, {
    ...scoreDefaults,
    name: 'evaluate',
    target: names[0],
    foresight: MOST_FORESEEN,
  })
  const targets = names.length
  if (typeof name !== 'string') throw new TypeError(`evaluate: name is ${shown(name)}; expected a text.`)
  const field = model.target[target]
  if (!field) throw new RangeError(`evaluate: there is no target ${shown(target)}; there are ${names.join(', ')}.`)
  checkWhole('evaluate: foresight is', most, ', the number of rows')
  if (scores.confidence !== undefined)
    checkNumber('evaluate: confidence', scores.confidence, { open: true, most: 0.99 })
  const task = isCategory(field) ? 'classification' : 'regression'
  const plain = scoreboard({ ...scores, task })
  const all = targets > 1 && (scores.metrics ?? []).some(({ readsTargets }) => readsTargets)
  let truths: ArrayLike<number> = []
  const byTargets = (scores.baselines ?? [noChange(), mean()]).map((baseline) =>
    byTarget(baseline, targets, names.indexOf(target), () => truths),
  )
  const board = all ? scoreboard({ ...scores, task, baselines: byTargets }) : plain
  const observe = observing(model, target, undefined, all)
  const observeColumns = observingColumns(model, target)
  const form = {
    problemOf(saved: unknown) {
      const { step, scores, foresight } = (saved ?? {}) as Partial<Kept>
      if (typeof step !== 'number') return `has ${shown(step)} as its step; expected a number`
      const problem = board.problemOf(scores)
      if (problem !== undefined) return `has scores of which the state ${problem}`
      return problemOfForesight(foresight, board.init().baselines.length)
    },
  }
  const take = () => model.stages.keep(name, (): Kept => ({ step: model.step, scores: board.init() }), form)

  return (source) =>
    hold(take, (kept) => {
      const gather = gathering<R>(targets)
      /** The scores that the model keeps, which are looked up again because a snapshot may have been restored. */
      const current = (): Kept => kept.value
      /** Scores the rows that a step has learned. */
      const close = (learned: AnyLearned<R>, from: number, to: number): void => {
        const { scores } = current()
        const { updateColumns } = board
        const observationOf = (i: number): Observation => {
          const observation = observe(learned, i)
          if (observation.targets) truths = observation.targets.actual
          return observation
        }
        if (learned.delayed) {
          const step = (learned.predictions as Prediction | undefined)?.step ?? 0
          board.update(scores, observationOf(from), foresightAt(current().foresight ?? [], step))
        } else if (to - from === 1) board.update(scores, observationOf(from))
        else if (updateColumns)
          observeColumns(learned as LearnedRows<R>, from, to, (rows) => updateColumns(scores, rows))
        else board.updateRows(scores, from, to, observationOf)
      }
      const expect = (delayed: Delayed): void => {
        const now = current()
        now.foresight ??= []
        followForesight(now.foresight, now.scores, delayed, board.foresee, most)
      }
      return source.pipe(
        map((learned): Evaluation<R> => {
          checkLearned('evaluate', learned, model, 'evaluate(model)')
          const { step, update, delayed } = learned
          gather(learned, close)
          if (delayed) expect(delayed)
          if (update) current().step = step
          return { kind: 'evaluation', step, model, learned, report: () => board.report(kept.value.scores) }
        }),
      )
    })
}

interface Kept {
  /** The step at which the scores stand. */
  step: number
  readonly scores: ScoreboardState
  /** What the baselines expected of rows whose labels are still to come. */
  foresight?: Foresight[]
}
