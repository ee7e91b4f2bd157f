import { checkNumber } from '../options/checkNumber.js'
import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { isAmount, isCount, problemOfNumbers, type Reaction, reactionOf } from './reaction.js'

export interface BoostConfig {
  /** By how much the learning rate is multiplied at first. Default: 10. */
  readonly factor?: number
  /** The number of rows within which it returns to what it was. Default: 200. */
  readonly rows?: number
}

interface BoostState {
  /** The number of drifts that nothing was done about yet. */
  due: number
  /** The number of rows until the rate is again what it was. */
  left: number
  /** That rate, and the one that was set last; null while nothing is boosted. */
  base: number | null
  set: number | null
}

/**
 * Raises the learning rate after a drift, from which it falls back in a straight line: at the k-th row it is
 *
 *     η·(1 + (factor − 1)(1 − k/rows))
 *
 * and then η again, to the bit. A further drift begins anew. A rate that is set meanwhile (`model.setLearningRate`) ends
 * it, and stays. Rates of groups do not change. With `auto()`, whose steps are as large as they may be, it does what
 * that rule does at a drift of its own: it keeps a tenth of the sums of squares, so that rates by parameter rise to
 * about three times as much, and fall again as these grow.
 *
 * @throws RangeError for a factor that is not above 1 or for rows below 1
 * @example
 * row$.pipe(learn(model), detectDrift(model, detectors.adwin(), { react: reactions.boost({ factor: 5 }) })).subscribe()
 */
export const boost = (config?: BoostConfig): Reaction => {
  const { factor, rows } = optionsOf('boost', config, { factor: 10, rows: 200 })
  checkNumber('boost: factor', factor, { from: 1, open: true })
  checkWhole('boost: rows is', rows)
  return reactionOf<BoostState>('boost', ({ reacting, detector, tell }) => {
    const { adaptFast } = reacting
    const begin = (state: BoostState): void => {
      if (state.base === null || reacting.rate() !== state.set) state.base = reacting.rate()
      state.left = rows
      state.set = reacting.rate()
      const [from, to] = [state.base, factor * state.base]
      tell(
        { from, to, rows },
        `${detector.name} found a drift: the learning rate is ${to} for now, and ${from} again after ${rows} rows`,
      )
    }
    return {
      init: () => ({ due: 0, left: 0, base: null, set: null }),
      row(state, { level }) {
        if (level === 'drift') state.due += 1
        else if (state.left > 0) state.left -= 1
      },
      settle(state) {
        const due = state.due > 0
        state.due = 0
        if (adaptFast) {
          if (!due) return
          adaptFast()
          tell({ keep: 0.1 }, `${detector.name} found a drift: auto() keeps a tenth of its sums, and adapts fast again`)
          return
        }
        if (due) begin(state)
        const { base, set, left } = state
        if (base === null) return
        const isOurs = reacting.rate() === set
        const ends = left === 0 || !isOurs
        const rate = ends ? base : base * (1 + ((factor - 1) * left) / rows)
        if (isOurs) reacting.setRate(rate)
        state.left = ends ? 0 : left
        state.base = ends ? null : base
        state.set = ends ? null : rate
      },
      form: { problemOf: (saved) => problemOfBoost(saved, rows) },
    }
  })
}

/** Returns why a saved state is not one of a boost over as many rows, as the rest of a sentence, or undefined. */
const problemOfBoost = (saved: unknown, rows: number): string | undefined => {
  const { base, set, left } = (saved ?? {}) as Partial<BoostState>
  const boosts = base !== null || set !== null
  const wrong = problemOfNumbers(saved, {
    due: isCount,
    left: isCount,
    ...(boosts && { base: isAmount, set: isAmount }),
  })
  if (wrong) return wrong
  const most = boosts ? rows : 0
  return (left as number) > most ? `boosts for ${left} further rows; expected at most ${most}` : undefined
}
