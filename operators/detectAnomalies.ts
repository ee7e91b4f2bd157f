import type { OperatorFunction } from 'rxjs'
import type { DetectAnomaliesConfig, Judged } from '../src/anomaly/records.js'
import { createWatch } from '../src/anomaly/watch.js'
import { isCategory } from '../src/features/field.js'
import { bringKeep } from '../src/model/keep.js'
import { bringLate } from '../src/model/late/createLate.js'
import type { Model } from '../src/model.js'
import { checkNumber } from '../src/options/checkNumber.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import { checkGiven } from './given.js'
import { hold } from './hold.js'
import { inTurn } from './inTurn.js'

/**
 * Flags the rows in which a number is not what the other numbers, or the rows before, lead a model to expect, and learns
 * the rows that it does not flag.
 *
 *     row                a   b   c
 *     detectAnomalies    A   B   C     B.isAnomaly, B.target, B.scores: b is not learned
 *
 * Each row is predicted first. A number is an anomaly if its error, or the median of its last 15 errors, is larger than
 * all but a share of `falseAlarms` of those of normal rows, by the tail of the last `window` of them. A row is learned
 * when `delay` rows after it were normal, too, because a slow fault begins before it can be seen.
 *
 * The targets of a model that has several are judged together as well, as the root of the mean of their squared errors,
 * each beside those of normal rows: `autoencoder` makes such a model of all the numbers of a row.
 *
 * To find out which of three or more sensors is at fault, give a model for each, which predicts it from the others.
 * Where several are suspicious, the one at fault is the one whose expected value makes the others normal. Fields that
 * remember take what was expected in place of the number at fault: with `lag` of its target, a model watches a single
 * series. Linear models by `recursiveLeastSquares` fit this best: they settle, whereas `auto()` follows a stream so fast
 * that it follows its faults. The models are held as `learn` holds one; what is normal is part of the first model's state.
 *
 * @throws RangeError for a target that is a category or belongs to two models, for a share that is not between 0 and 1,
 * for a whole number below 1, and for a `warmUp` above the window; as notifications, ModelInUseError when a model already
 * has a writer, and TypeError for what is kept under the name by another operator or for other targets
 * @example
 * const [flow, power] = [numeric({ scale: 'standard' }), numeric({ scale: 'standard' })]
 * const settings = { layers: [dense(1)], optimizer: recursiveLeastSquares(), precision: 'f64' } as const
 * const byFlow = createModel({ features: { flow }, target: { power }, ...settings })
 * const byPower = createModel({ features: { power }, target: { flow }, ...settings })
 * reading$.pipe(detectAnomalies([byFlow, byPower])).subscribe(({ isNew, target, row }) => {
 *   if (isNew) console.log(`${target} is at fault`, row)
 * })
 * @see A. Siffer et al. (2017), Anomaly detection in streams with extreme value theory
 */
export function detectAnomalies<R extends object>(
  models: Model<R> | readonly Model<R>[],
  config?: DetectAnomaliesConfig,
): OperatorFunction<R, Judged<R>> {
  const list: readonly Model<R>[] = Array.isArray(models) ? models : [models as Model<R>]
  if (list.length === 0) throw new RangeError('detectAnomalies: there is no model; expected one or more.')
  for (const model of list) checkGiven('detectAnomalies: the model', model, 'learn')
  checkTargets(list)
  const options = optionsOf('detectAnomalies', config, {
    ...{ falseAlarms: 2e-4, window: 2000, warmUp: 500, delay: 100, patience: 500, name: 'detectAnomalies' },
  })
  const { falseAlarms, window, warmUp, delay, patience, name } = options
  checkNumber('detectAnomalies: falseAlarms', falseAlarms, { open: true, below: 1 })
  for (const [what, value] of Object.entries({ window, warmUp, delay, patience }))
    checkWhole(`detectAnomalies: ${what} is`, value)
  if (warmUp > window)
    throw new RangeError(`detectAnomalies: warmUp is ${warmUp}; expected at most the window, which is ${window}.`)
  if (delay >= patience)
    throw new RangeError(`detectAnomalies: delay is ${delay}; expected less than patience, which is ${patience}.`)
  if (typeof name !== 'string') throw new TypeError(`detectAnomalies: name is ${shown(name)}; expected a text.`)
  bringKeep()
  bringLate()
  return (source) =>
    hold(
      () => createWatch(list, options),
      (watch) => source.pipe(inTurn((row: R) => watch.row(row))),
    )
}

const checkTargets = <R>(models: readonly Model<R>[]): void => {
  const seen = new Set<string>()
  for (const { target } of models)
    for (const [name, field] of Object.entries(target)) {
      if (isCategory(field))
        throw new RangeError(`detectAnomalies: the target '${name}' is a category; expected a number, as numeric() is.`)
      if (seen.has(name)) throw new RangeError(`detectAnomalies: two models have the target '${name}'; expected one.`)
      seen.add(name)
    }
}
