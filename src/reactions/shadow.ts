import { pairedCusum } from '../compete/pairedCusum.js'
import type { DriftDetector } from '../drift/detector.js'
import { isCategory } from '../features/field.js'
import { brier } from '../metrics/brier.js'
import { mae } from '../metrics/mae.js'
import { observing } from '../metrics/observed.js'
import type { Learned } from '../model.js'
import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { type Reaction, type ReactionSite, type RunningReaction, reactionOf } from './reaction.js'
import { createShadowForm, type ShadowState } from './shadowState.js'

export interface ShadowConfig {
  /**
   * The number of rows for which a warning counts: a shadow that no drift follows within as many rows is dropped, and so
   * is one that is not better within as many rows after the drift. Default: 1000.
   */
  readonly within?: number
  /**
   * A detector whose warnings and drifts are the warnings. Default: the one of `detectDrift`, if it warns, and otherwise a
   * weaker one of its kind; without either the shadow begins at the drift.
   */
  readonly warning?: DriftDetector
}

/** An advantage of half a deviation is found fastest, after some 35 rows; of two equal models one is in 1000 rows. */
const TEST = { advantage: 0.5, runLength: 1000, wait: 30, fading: 0.999 }

/**
 * Trains a second model of the same configuration from a warning on, beside the first one, and lets it take the first
 * one's place after the drift: as soon as a test on the errors of both since the warning (that of `compete`, on absolute
 * errors or Brier scores) says that the shadow, which knows nothing of the old concept, predicts better. If it never
 * does, the model stays as it is.
 *
 * The shadow begins with the names that the model knows and with what its fields remember; it learns the same rows, each
 * by a step of its own. What it has learned replaces the model's θ, optimizer state and statistics, as one step; names,
 * memory, counters, cursor and the learning rate stay the model's. It costs a second model for as long as it is there.
 *
 * A shadow whose names have other columns than the model's is dropped, as what it has learned of one name would become
 * another's; the event says so. That happens with `onFull: 'evictOldest'` where the model learns arrays, or replays rows.
 *
 * It reads the rows of `learn`: rows or arrays, but no chunks and no labels that come later. Its fields remember rows with
 * a label alone.
 *
 * @throws RangeError for `within` below 1, and for a warning detector that cannot read what the other one reads
 * @example
 * row$.pipe(learn(model), detectDrift(model, detectors.hddmW(), { react: reactions.shadow() })).subscribe()
 * @see J. Gama, P. Medas, G. Castillo, P. Rodrigues (2004), Learning with Drift Detection, SBIA (a model learned since
 * the warning); E. S. Page (1954), Continuous Inspection Schemes, Biometrika 41 (the test)
 */
export const shadow = (config?: ShadowConfig): Reaction => {
  const { within, warning } = optionsOf('shadow', config, { within: 1000, warning: undefined })
  checkWhole('shadow: within is', within)
  return reactionOf<ShadowState>('shadow', (site) => running(site, within, warning ?? site.detector.weaker?.()))
}

const running = <R>(
  { model, reacting, detector, tell }: ReactionSite<R>,
  within: number,
  weaker: DriftDetector | undefined,
): RunningReaction<R, ShadowState> => {
  if (weaker && weaker.reads !== detector.reads && weaker.reads !== 'number')
    throw new RangeError(
      `reactions.shadow: warning reads ${weaker.reads}s and ${detector.name} ${detector.reads}s; expected detectors that read the same.`,
    )
  const [target] = Object.keys(model.target)
  const metric = isCategory(model.target[target]) ? brier() : mae()
  const test = pairedCusum(TEST)
  const observe = observing(model, target)
  const form = createShadowForm(reacting as never, weaker, (twin) => observing(twin, target))
  const measured = [0, 0]
  const costOf = (observation: Parameters<typeof metric.measure>[0]): number => {
    if (Number.isNaN(observation.actual) || Number.isNaN(observation.predicted)) return Number.NaN
    metric.measure(observation, measured)
    return measured[0]
  }

  const begin = (state: ShadowState): void => {
    const twin = reacting.createTwin()
    state.shadow = { ...twin, observe: observing(twin.model, target), test: test.init(), rows: 0 } as never
  }
  const drop = (state: ShadowState): void => {
    state.shadow = undefined
    state.since = 0
    state.drifted = false
  }
  const learn = (state: ShadowState, learned: Parameters<typeof observe>[0], index: number): void => {
    const { shadow } = state
    if (!shadow) return
    const row = learned.rows[index]
    if (row === undefined || learned.delayed)
      throw new TypeError(
        `reactions.shadow: this record has no row to learn; expected rows of learn(model), and not ${learned.delayed ? 'labels that come later' : 'chunks'}.`,
      )
    const own = costOf(observe(learned, index))
    const its = costOf(shadow.observe(shadow.model.learn(row as never) as Learned<never>, 0))
    shadow.rows += 1
    if (!Number.isNaN(own) && !Number.isNaN(its)) test.update(shadow.test, own, its)
  }
  const figuresOf = ({ test: paired, rows }: NonNullable<ShadowState['shadow']>) => ({
    rows,
    compared: paired.rows,
    model: paired.rows && paired.champion / paired.rows,
    shadow: paired.rows && paired.challenger / paired.rows,
    sum: paired.sum,
    threshold: test.threshold,
  })

  return {
    init: () => ({ shadow: undefined, since: 0, drifted: false, warning: weaker?.init() ?? null }),
    row(state, { level, value, learned, index }) {
      learn(state, learned, index)
      const weak = weaker && !Number.isNaN(value) ? weaker.update(state.warning, value) : 'none'
      state.since += 1
      if (level === 'none' && weak === 'none') return
      if (!state.shadow) begin(state)
      // A drift that is waiting for its shadow to be better waits no longer because of a further warning.
      if (level === 'drift' || !state.drifted) state.since = 0
      if (level === 'drift') state.drifted = true
    },
    settle(state) {
      const { shadow, drifted } = state
      if (!shadow) return
      if (drifted && shadow.test.sum > test.threshold) {
        const figures = figuresOf(shadow)
        const { rows, compared, model: own, shadow: its } = figures
        const adopted = shadow.adopt()
        drop(state)
        const outcome = adopted
          ? 'takes over, as its'
          : "was better, but has given names other columns than the model's (onFull: 'evictOldest' with arrays, or rows that learnWith learned again or later): the model stays; its"
        tell(
          figures,
          `${detector.name} found a drift: a model that was trained on the ${rows} rows since the warning ${outcome} ${metric.name} over the last ${compared} was ${its.toPrecision(3)}, and that of the model ${own.toPrecision(3)}`,
        )
      } else if (state.since >= within) {
        const figures = figuresOf(shadow)
        drop(state)
        if (drifted)
          tell(
            figures,
            `${detector.name} found a drift, but a model that was trained on the ${figures.rows} rows since the warning was not better: the model stays`,
          )
      }
    },
    form,
  }
}
