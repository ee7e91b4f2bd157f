import type { Baseline } from '../baselines/baseline.js'
import { shown } from '../options/shown.js'
import { checkMetric } from './checkMetric.js'
import type { Metric } from './metric.js'
import type { ScoreboardState } from './scoreboardState.js'

/** Throws unless all members are for the task and the names of metrics, and those of baselines, are distinct. */
export function checkMembers(task: Metric['task'], metrics: readonly Metric[], baselines: readonly Baseline[]): void {
  for (const [option, list] of Object.entries({ metrics, baselines }))
    if (!Array.isArray(list)) throw new TypeError(`scoreboard: ${option} is ${shown(list)}; expected a list.`)
  for (const metric of metrics) checkMetric('scoreboard', metric)
  for (const baseline of baselines)
    if (!Array.isArray((baseline as Baseline | null)?.tasks) || typeof baseline.predict !== 'function')
      throw new TypeError(`scoreboard: a baseline is ${shown(baseline)}; expected one such as baselines.mean().`)
  for (const metric of metrics) {
    if (metric.task === task) continue
    throw new RangeError(
      `scoreboard: the metric '${metric.name}' is for ${metric.task}, but the task is ${task}; take it out of metrics.`,
    )
  }
  for (const { name, tasks } of baselines) {
    if (tasks.includes(task)) continue
    throw new RangeError(
      `scoreboard: the baseline '${name}' is for ${tasks.join(', ')}, but the task is ${task}; take it out of baselines.`,
    )
  }
  for (const [list, names] of [
    ['metrics', metrics.map(({ name }) => name)],
    ['baselines', baselines.map(({ name }) => name)],
  ] as const) {
    const twice = names.find((name, i) => names.indexOf(name) !== i)
    if (twice === undefined) continue
    throw new RangeError(`scoreboard: ${list} has '${twice}' twice; expected each name once, so leave one out.`)
  }
}

/** Returns the saved state if it is that of a scoreboard whose initial state is `fresh`, and throws otherwise. */
export function checkSaved(saved: unknown, fresh: ScoreboardState): ScoreboardState {
  const given = describe(saved)
  const expected = describe(fresh)
  if (given === expected) return saved as ScoreboardState
  throw new TypeError(
    `scoreboard: the saved state is of ${given}; expected ${expected}. ` +
      'Configure the scoreboard as the saved one was, or begin again with init().',
  )
}

// This describes the part of a state that follows from the configuration alone.
function describe(state: unknown): string {
  const { metrics, baselines, scores } = (state ?? {}) as Partial<ScoreboardState>
  if (!Array.isArray(metrics) || !Array.isArray(baselines) || !Array.isArray(scores)) return 'something else'
  const forms = (scores as ScoreboardState['scores'])
    .flat()
    .map(
      ({ cumulative, rolling, fading }) =>
        `${cumulative?.sums?.length}/${rolling?.size}/${fading?.factor}${cumulative?.batches ? '/bands' : ''}`,
    )
  const shapes = forms.filter((form, i) => forms.indexOf(form) === i)
  const names = baselines.map(({ name }) => name)
  return `metrics ${metrics.join(', ')} with baselines ${names.join(', ')} (sums/rolling/fading ${shapes.join(' ')})`
}
