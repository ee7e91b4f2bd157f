import type { LearnedByKey } from '../../../byKey/records.js'
import { isCategory } from '../../../features/field.js'
import type { CumulativeState } from '../../../metrics/cumulative.js'
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
  /** Returns them as plain data. */
  state(): KeyScoresState
  observe(learned: LearnedByKey): void
  /** Forgets a key; its rows stay in the scores of all. */
  forget(key: Value): void
  byKey(): KeyScore[]
}

/** What is kept of a key, as plain data. */
interface OwnState {
  readonly state: ScoreboardState
  readonly foresight: Foresight[]
  /** The step at which its model had learned its first row; ∞ before it. */
  since: number
  /** The places of its classes among those of all keys. */
  readonly places: number[]
}
interface OwnScores extends OwnState {
  readonly observe: Observe<Row>
}

/** The scores of all keys as plain data, so that another run goes on from them. */
export interface KeyScoresState {
  readonly board: ScoreboardState
  readonly classes: Value[]
  readonly matrix: number[][]
  readonly area: CumulativeState | undefined
  readonly keys: readonly (readonly [key: Value, own: OwnState])[]
}

/** What is known of models by key beside themselves. */
export interface KeyedState {
  readonly scores: KeyScoresState
  /** The counts of the models that made room for others. */
  readonly counts: { learned: number; unlabelled: number }
  readonly clipped: Record<string, number>
  readonly clippedOf: readonly (readonly [key: Value | undefined, fields: Readonly<Record<string, number>>])[]
}

/**
 * @param model a model like that of each key
 * @param recent whether scores over recent rows are needed as well
 * @param season the number of a key's rows after which the target repeats itself
 * @param from the state from which they go on, which is changed in place
 */
export const openKeyScores = (
  model: Model,
  recent: boolean,
  season: number | 'none',
  from?: KeyScoresState,
): KeyScores => {
  const [name, target] = Object.entries(model.target)[0]
  const hasClasses = isCategory(target)
  // Scores over recent rows would take too much memory for each key.
  const [board, ofKey] = [boardFor(model, recent, season), boardFor(model, false, season)]
  const state = from?.board ?? board.init()
  const own = new Map<Value, OwnScores>()
  const classes: Value[] = from?.classes ?? []
  const rows: number[][] = from?.matrix ?? []
  const matrix = openConfusionMatrix(rows)
  /** The keys whose scores go on, until a row of theirs comes. */
  const before = new Map<Value, OwnState>(from?.keys)
  // Otherwise the second class of one key may be the first of another.
  const area = target.names?.().values.length === 2 && target.names().capacity === 2 ? cumulative(rocAuc()) : undefined
  const areaState = from?.area ?? area?.init()

  const ownOf = ({ key, model }: LearnedByKey): OwnScores => {
    const found = own.get(key)
    if (found) return found
    const begun = { state: ofKey.init(), foresight: [], since: Number.POSITIVE_INFINITY, places: [] }
    const added: OwnScores = {
      ...(before.get(key) ?? begun),
      // The stages of a model would give it working parts of its own.
      observe: observing(model as Model, name, () => added.since),
    }
    before.delete(key)
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
    forget(key) {
      own.delete(key)
      before.delete(key)
    },
    state: () => ({
      ...{ board: state, classes, matrix: rows, area: areaState },
      keys: [
        ...before,
        ...Array.from(own, ([key, { observe: _, ...kept }]): readonly [Value, OwnState] => [key, kept]),
      ],
    }),
    report: () => board.report(state),
    classes: () =>
      hasClasses
        ? {
            names: classes.map(String),
            counts: matrix.counts(classes.length),
            rocAuc: areaState ? area!.value(areaState) : Number.NaN,
          }
        : undefined,
    byKey: () => [...before, ...own].map(([key, scores]) => ({ key, report: ofKey.report(scores.state) })),
  }
}

/** Opens the scores of models by key that learn nothing, of which each row of their keys is scored. */
export const openFrozenScores = (model: Model, season: number | 'none', keys: readonly Value[]): KeyScores => {
  const board = boardFor(model, false, season)
  const begun = (): OwnState => ({ state: board.init(), foresight: [], since: 0, places: [] })
  return openKeyScores(model, false, season, {
    ...{ board: board.init(), classes: [], matrix: [], area: undefined },
    keys: keys.map((key) => [key, begun()] as const),
  })
}
