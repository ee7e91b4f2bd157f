import { isCount, problemOfNumbers, type Reaction, reactionOf } from './reaction.js'

interface ResetState {
  /** The number of drifts that nothing was done about yet. */
  due: number
}

/**
 * Lets the scalers of features and targets begin anew after a drift, while θ stays: each keeps its mean and its variance
 * as if they came from a single number, so that the next rows decide. It is for a change of units or of level, such as
 * a sensor that was exchanged, and above all for `numeric({ scale: 'standard' })`, which otherwise never forgets.
 *
 * @example
 * row$.pipe(learn(model), detectDrift(model, detectors.adwin(), { react: reactions.reset() })).subscribe()
 */
export const reset = (): Reaction =>
  reactionOf<ResetState>('reset', ({ reacting, detector, tell }) => {
    if (reacting.scalers === 0)
      throw new RangeError(
        'reactions.reset: no number of this model is scaled; expected a feature or a target such as numeric(), or another reaction.',
      )
    return {
      init: () => ({ due: 0 }),
      row(state, { level }) {
        if (level === 'drift') state.due += 1
      },
      settle(state) {
        if (state.due === 0) return
        state.due = 0
        const scalers = reacting.resetScalers()
        tell({ scalers }, `${detector.name} found a drift: ${scalers} scalers begin anew, and θ stays`)
      },
      form: { problemOf: (saved) => problemOfNumbers(saved, { due: isCount }) },
    }
  })
