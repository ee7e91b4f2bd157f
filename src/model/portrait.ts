import type { Fields } from '../features/field.js'
import { accuracy, logLoss, mae, r2, rmse } from '../metrics/index.js'
import type { Metric } from '../metrics/metric.js'
import type { ScoreboardState } from '../metrics/scoreboardState.js'
import type { Model } from '../model.js'
import type { Snapshot } from '../records.js'
import { BuiltModel } from './buildModel.js'

/** The number of fields that are listed by name. */
const LISTED = 8
const metrics: readonly Metric[] = [mae(), accuracy(), rmse(), r2(), logLoss()]

const listOf = (fields: Fields): string => {
  const all = Object.entries(fields).map(([name, { kind }]) => `${name} ${kind}`)
  const more = all.length - LISTED
  return `${all.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Returns the first score that `evaluate` keeps in a model, beside that of each baseline. */
const scoreOf = (kept: Snapshot['kept']): string => {
  const states = Object.values(kept).map((state) => (state as { readonly scores?: ScoreboardState } | null)?.scores)
  for (const { rows, metrics: names, baselines, scores } of states.flatMap((state) => state ?? []))
    for (const metric of metrics) {
      const at = names.indexOf(metric.name)
      if (at < 0) continue
      const [own, ...others] = scores.map((player) => metric.value(player[at].cumulative.sums).toPrecision(3))
      const beside = baselines.map(({ name }, i) => `${name} ${others[i]}`).join(', ')
      return `${metric.name} ${own}${beside && `, beside ${beside}`}; ${rows} rows scored`
    }
  return 'none is kept; evaluate(model) after learn(model) keeps one'
}

/** Describes a model in five lines for people: its fields, its layers, its rule, how far it has learned, how well. */
export const portraitOf = (model: Model<never>): string => {
  const { settings = {}, counters, step, kept } = model.snapshot()
  const { learned, rejected, unlabelled } = counters
  return [
    `model  ${listOf(model.features)} → ${listOf(model.target)}`,
    `layers ${settings.layers}; ${model.parameters.length} parameters in ${model.precision}`,
    `rule   ${settings.optimizer} at rate ${model.learningRate}; loss ${settings.loss}`,
    `step   ${step}; ${learned} rows learned, ${rejected} rejected, ${unlabelled} without a label`,
    `score  ${scoreOf(kept)}`,
  ].join('\n')
}

/** Makes Node show models in this form, as in `console.log(model)`. */
export const bringPortrait = (): void => {
  Object.defineProperty(BuiltModel.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    configurable: true,
    value(this: Model<never>): string {
      return portraitOf(this)
    },
  })
}
