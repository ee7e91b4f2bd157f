import { differs } from '../options/differs.js'
import type { BatchesState } from './batches.js'
import type { Metric } from './metric.js'
import type { MetricState, ScoreboardState } from './scoreboardState.js'

const isRecord = (given: unknown): given is Record<string, unknown> => typeof given === 'object' && given !== null
const isNumbers = (given: unknown, size?: number): boolean =>
  Array.isArray(given) &&
  (size === undefined || given.length === size) &&
  // `every` by itself passes over holes.
  Array.from(given).every((each) => typeof each === 'number')
const isCount = (given: unknown): boolean => Number.isSafeInteger(given) && (given as number) >= 0
const isList = (given: unknown, size: number): given is unknown[] => Array.isArray(given) && given.length === size

/** Describes the part of a state that follows from the configuration alone. */
const describe = (state: unknown): string => {
  const { metrics, baselines, scores } = (state ?? {}) as Partial<ScoreboardState>
  if (!Array.isArray(metrics) || !Array.isArray(baselines) || !Array.isArray(scores)) return 'something else'
  const forms = (scores as (readonly (MetricState | null)[])[]).flat().map((each) => {
    const { cumulative, rolling, fading } = each ?? ({} as Partial<MetricState>)
    return `${cumulative?.sums?.length}/${rolling?.size}/${fading?.factor}${cumulative?.batches ? '/bands' : ''}`
  })
  const shapes = forms.filter((form, i) => forms.indexOf(form) === i)
  const names = baselines.map((each: { name?: unknown } | null) => each?.name)
  return `metrics ${metrics.join(', ')} with baselines ${names.join(', ')} (sums/rolling/fading ${shapes.join(' ')})`
}

const isOfBatches = (saved: BatchesState | undefined, size: number): boolean =>
  saved === undefined ||
  (isCount(saved.length) &&
    isCount(saved.filled) &&
    saved.filled < saved.length &&
    isNumbers(saved.open, size) &&
    Array.from(saved.closed).every((sums) => isNumbers(sums, size)))

/** Tells whether a metric's three states, of which names and types are right, have numbers that go together. */
const isOfMetric = ({ cumulative, rolling, fading }: MetricState, { size, width }: Metric): boolean =>
  isNumbers(cumulative.sums, size) &&
  isNumbers(fading.sums, size) &&
  fading.scale >= 1 &&
  fading.scale < 2 &&
  isNumbers(rolling.rows) &&
  rolling.rows.length % width === 0 &&
  rolling.rows.length <= rolling.size * width &&
  isCount(rolling.next) &&
  (rolling.next === 0 || (rolling.rows.length === rolling.size * width && rolling.next < rolling.size)) &&
  isOfBatches(cumulative.batches, size) &&
  isOfBatches(fading.batches, size)

/** Tells whether the lists of a baseline that hold numbers at first, or nothing yet, hold no holes. */
const hasNoHoles = (state: unknown): boolean =>
  !isRecord(state) ||
  Object.values(state).every((list) => !Array.isArray(list) || Array.from(list).every((each) => each != null))

/**
 * Returns what is wrong with a saved state of a scoreboard over these metrics whose initial state is `fresh`, as the rest
 * of a sentence, or undefined.
 */
export const problemOfScores = (
  saved: unknown,
  fresh: ScoreboardState,
  metrics: readonly Metric[],
): string | undefined => {
  const [given, expected] = [describe(saved), describe(fresh)]
  if (given !== expected) return `is of ${given}; expected ${expected}`
  const { rows, unscored, scores, baselines } = saved as ScoreboardState
  if (!isCount(rows) || !isCount(unscored)) return 'has other counts of its rows than whole numbers'
  const wrong = fresh.baselines.findIndex(
    ({ state }, i) => differs(baselines[i]?.state, state, 'state') !== undefined || !hasNoHoles(baselines[i].state),
  )
  if (wrong >= 0) return `has another state of the baseline '${fresh.baselines[wrong].name}'`
  const isWhole =
    isList(scores, fresh.scores.length) &&
    fresh.scores.every((player, i) => {
      const own = (scores as unknown[])[i]
      return (
        isList(own, player.length) &&
        player.every(
          (form, j) => differs(own[j], form, 'scores') === undefined && isOfMetric(own[j] as MetricState, metrics[j]),
        )
      )
    })
  return isWhole ? undefined : 'has other scores than its metrics have'
}

/** Returns a saved state with which there is no problem; throws otherwise. */
export const checkScores = (saved: unknown, problem: string | undefined): ScoreboardState => {
  if (problem === undefined) return saved as ScoreboardState
  throw new TypeError(
    `scoreboard: the saved state ${problem}. Configure the scoreboard as the saved one was, or begin again with init().`,
  )
}
