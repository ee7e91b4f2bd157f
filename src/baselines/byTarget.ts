import type { Baseline } from './baseline.js'

/**
 * Returns a baseline that predicts each target of a row by a state of its own, for metrics that read all targets.
 *
 * @param place the index of the target that is scored by the other metrics
 * @param latest returns the targets of the row that is being learned
 */
export const byTarget = (
  baseline: Baseline,
  targets: number,
  place: number,
  latest: () => ArrayLike<number>,
): Baseline<unknown[]> => {
  const { name, tasks, forecast } = baseline
  return {
    name,
    tasks,
    init: () => Array.from({ length: targets }, () => baseline.init()),
    predict: (states) => baseline.predict(states[place]),
    ...(forecast && { forecast: (states, ahead) => forecast.call(baseline, states[place], ahead) }),
    predictTargets: (states, into) => {
      for (let k = 0; k < targets; k++) into[k] = baseline.predict(states[k])
    },
    update(states, _, weight) {
      const actual = latest()
      for (let k = 0; k < targets; k++) baseline.update(states[k], actual[k], weight)
    },
  }
}
