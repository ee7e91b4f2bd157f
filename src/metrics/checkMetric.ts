import { shown } from '../options/shown.js'
import type { Metric } from './metric.js'

/** Refuses what is not a metric, such as `mae` in place of `mae()`. */
export const checkMetric = (by: string, metric: unknown): void => {
  const { name, size, width, measure, add, fade, value } = (metric ?? {}) as Partial<Metric>
  const counts = [size, width].every((n) => Number.isInteger(n) && (n as number) >= 1)
  const methods = [measure, add, fade, value].every((method) => typeof method === 'function')
  if (typeof name !== 'string' || !counts || !methods)
    throw new TypeError(`${by}: a metric is ${shown(metric)}; expected one such as mae().`)
}
