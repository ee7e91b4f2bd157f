import type { LearnedByKey } from '../../../byKey/records.js'
import { isCategory } from '../../../features/field.js'
import { type Foresight, followForesight, foresightAt } from '../../../metrics/foresight.js'
import { cumulative, rocAuc } from '../../../metrics/index.js'
import type { Observation } from '../../../metrics/metric.js'
import { type Observe, observing } from '../../../metrics/observed.js'
import type { ScoreboardReport, ScoreboardState } from '../../../metrics/scoreboardState.js'
import type { Model } from '../../../model.js'
import type { Prediction } from '../../../records.js'
import type { Row, Value } from '../../../values.js'
import { openConfusionMatrix } from './confusionMatrix.js'
import { boardFor, type Scores } from './scores.js'

/** Scores of one key. */
export interface KeyScore {
  readonly key: Value
  readonly report: ScoreboardReport
}

/** The scores of the models of all keys together, beside baselines that know each key's own past, and those by key. */
export interface KeyScores extends Pick<Scores, 'report' | 'classes'> {
  observe(learned: LearnedByKey): void
  /** Forgets a key; its rows stay in the scores of all. */
  forget(key: Value): void
  byKey(): KeyScore[]
}

/** What is kept of a key. */
interface OwnScores {
  readonly state: ScoreboardState
  readonly observe: Observe<Row>
  readonly foresight: Foresight[]
  /** The step at which its model had learned its first row; ∞ before it. */
  since: number
  /** The places of its classes among those of all keys. */
  readonly places: number[]
}

/**
 * @param model a model like that of each key
 * @param recent whether scores over recent rows are needed as well
 * @param season the number of a key's rows after which the target repeats itself
 */
export const openKeyScores = (model: Model, recent: boolean, season: number | 'none'): KeyScores => {
  const [name, target] = Object.entries(model.target)[0]
  const hasClasses = isCategory(target)
  // Scores over recent rows would take too much memory for each key.
  const [board, ofKey] = [boardFor(model, recent, season), boardFor(model, false, season)]
  const state = board.init()
  const own = new Map<Value, OwnScores>()
  const classes: Value[] = []
  const matrix = openConfusionMatrix()
  // Otherwise the second class of one key may be the first of another.
  const area = target.names?.().values.length === 2 && target.names().capacity === 2 ? cumulative(rocAuc()) : undefined
  const areaState = area?.init()

  const ownOf = ({ key, model }: LearnedByKey): OwnScores => {
    const found = own.get(key)
    if (found) return found
    const added: OwnScores = {
      state: ofKey.init(),
      // The stages of a model would give it working parts of its own.
      observe: observing(model as Model, name, () => added.since),
      foresight: [],
      since: Number.POSITIVE_INFINITY,
      places: [],
    }
    own.set(key, added)
    return added
  }
  const placeOf = ({ places }: OwnScores, { labels }: Model, column: number): number => {
    for (let i = places.length; i < labels.length; i++) {
      const label = labels[i] as Value
      if (!classes.includes(label)) classes.push(label)
      places.push(classes.indexOf(label))
    }
    return places[column] ?? -1
  }
  const observeClass = (scores: OwnScores, model: Model, seen: Observation): void => {
    const { actual, committed = actual, predicted } = seen
    if (Number.isNaN(predicted)) return
    const place = (column: number): number => placeOf(scores, model, column)
    matrix.observe({ ...seen, actual: place(actual), committed: place(committed), predicted: place(predicted) })
    if (areaState) area!.update(areaState, seen)
  }

  return {
    observe(learned) {
      const scores = ownOf(learned)
      const { delayed, actual, update, step } = learned
      const predictions = learned.predictions as Prediction | undefined
      const truth = actual[0] ?? Number.NaN
      if (!Number.isNaN(truth)) {
        const observation = scores.observe(learned as never, 0)
        const earlier = delayed && predictions ? foresightAt(scores.foresight, predictions.step) : undefined
        // What the baselines expect is by the past of the key alone, for the scores of all as well.
        const foreseen = earlier ?? ofKey.foresee(scores.state, 1)
        board.update(state, observation, foreseen)
        ofKey.update(scores.state, observation, foreseen)
        if (hasClasses) observeClass(scores, learned.model as Model, observation)
        if (update && scores.since === Number.POSITIVE_INFINITY) scores.since = step
      }
      if (delayed) followForesight(scores.foresight, scores.state, delayed, ofKey.foresee)
    },
    forget: (key) => void own.delete(key),
    report: () => board.report(state),
    classes: () =>
      hasClasses
        ? {
            names: classes.map(String),
            counts: matrix.counts(classes.length),
            rocAuc: areaState ? area!.value(areaState) : Number.NaN,
          }
        : undefined,
    byKey: () => [...own].map(([key, scores]) => ({ key, report: ofKey.report(scores.state) })),
  }
}
