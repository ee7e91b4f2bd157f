import type { Baseline } from '../baselines/baseline.js'
import { shown } from '../options/shown.js'
import { checkMetric } from './checkMetric.js'
import type { Metric } from './metric.js'

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
