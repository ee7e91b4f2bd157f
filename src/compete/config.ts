import { isCategory } from '../features/field.js'
import { checkMetric } from '../metrics/checkMetric.js'
import { logLoss } from '../metrics/logLoss.js'
import { mae } from '../metrics/mae.js'
import type { Metric } from '../metrics/metric.js'
import type { Model } from '../model.js'
import { checkNumber } from '../options/checkNumber.js'
import { checkWhole } from '../options/checkWhole.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { AnyValue } from '../values.js'
import type { CompetitionConfig } from './competition.js'

export interface CompeteConfig<N extends string = string> {
  /** What a row costs: a metric with a value for each row by itself. Default: MAE for numbers, log loss for categories. */
  readonly metric?: Metric
  /** The target that is compared, where there are several. Default: the first. */
  readonly target?: string
  /** The model that is the champion at the start. Default: the first. */
  readonly champion?: N
  /** The number of rows until one of equally good models becomes the champion, on average. Default: 100,000. */
  readonly runLength?: number
  /** The advantage for which the test is fastest, in deviations of the difference; one of half as much counts for nothing. Default: 0.1. */
  readonly advantage?: number
  /** The number of rows that are compared before the test begins, also after a swap. Default: 30. */
  readonly wait?: number
  /** The factor by which losses and deviations of earlier rows count less at each row. Default: 0.999. */
  readonly fading?: number
  /** The name under which the first model keeps the comparison. Default: 'compete'. */
  readonly name?: string
}

export type Checked<N extends string> = CompetitionConfig<N> & { readonly name: string; readonly target: string }

const isModel = (model: unknown): boolean => typeof (model as Partial<Model> | null | undefined)?.learn === 'function'

/** Checks the models and the options before anything is taken. */
export const checkCompetition = <N extends string>(
  models: Readonly<Record<N, Model<unknown, AnyValue>>>,
  config: CompeteConfig<N> | undefined,
): Checked<N> => {
  if (typeof models !== 'object' || models === null || isModel(models))
    throw new TypeError(`compete: models is ${shown(models)}; expected models by name, as in { linear, net }.`)
  const names = Object.keys(models) as N[]
  for (const name of names)
    if (!isModel(models[name]))
      throw new TypeError(`compete: ${shown(name)} is ${shown(models[name])}; expected what createModel returns.`)
  if (new Set(Object.values(models)).size !== names.length || names.length < 2)
    throw new TypeError(
      `compete: there are ${names.length} names for ${new Set(Object.values(models)).size} models; expected at least two, each by one name.`,
    )
  const { metric, target, champion, name, ...numbers } = optionsOf('compete', config, {
    ...{ metric: undefined, target: Object.keys(models[names[0]].target)[0], champion: names[0], name: 'compete' },
    ...{ runLength: 100_000, advantage: 0.1, wait: 30, fading: 0.999 },
  })
  if (typeof name !== 'string') throw new TypeError(`compete: name is ${shown(name)}; expected a text.`)
  oneOf('compete', 'champion', champion, names)
  const category = checkTargets(models, names, target)
  if (metric !== undefined) checkMetric('compete', metric)
  const { runLength, advantage, wait, fading } = numbers
  checkNumber('compete: runLength', runLength, { from: 1, open: true })
  checkNumber('compete: advantage', advantage, { open: true, most: 4 })
  checkWhole('compete: wait is', wait)
  checkNumber('compete: fading', fading, { open: true, most: 1 })
  const used = metric ?? (category ? logLoss() : mae())
  if (used.size !== 2 || used.width !== 2)
    throw new RangeError(
      `compete: ${used.name} has no value for a row by itself; expected a mean over rows, such as ${category ? 'logLoss()' : 'mae()'}.`,
    )
  if (used.task !== (category ? 'classification' : 'regression'))
    throw new RangeError(
      `compete: ${used.name} is for ${used.task}; expected a metric for a ${category ? 'category' : 'number'}, as '${target}' is.`,
    )
  const first = names.filter((each) => each === champion)
  const ordered = [...first, ...names.filter((each) => each !== champion)]
  return { name, target, names: ordered, metric: used, runLength, advantage, wait, fading }
}

/** Tells whether the target is a category, which it must be in all models or in none. */
const checkTargets = <N extends string>(
  models: Readonly<Record<N, Model<unknown, AnyValue>>>,
  names: readonly N[],
  target: string,
): boolean => {
  const kinds = names.map((name) => {
    const field = models[name].target[target]
    if (field) return isCategory(field)
    throw new RangeError(
      `compete: ${shown(name)} has no target ${shown(target)}; expected it in every model; it has ${Object.keys(models[name].target).join(', ')}.`,
    )
  })
  if (new Set(kinds).size > 1)
    throw new RangeError(`compete: '${target}' is a category in some models; expected it in all of them, or in none.`)
  return kinds[0]
}
