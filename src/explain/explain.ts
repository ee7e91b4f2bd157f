import { checkMembers } from '../compile/checkMembers.js'
import type { Members } from '../compile/planOf.js'
import { type Field, readsOf } from '../features/field.js'
import { valuesIn } from '../features/valuesIn.js'
import { publishInto } from '../model/state/publication.js'
import type { Model } from '../model.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { Prediction } from '../records.js'
import type { AnyValue, Given, Row, Value } from '../values.js'
import { askedFor } from './askedFor.js'
import { withExplainer } from './explainer.js'
import { integrate, settle } from './integrate.js'
import { inWords } from './inWords.js'
import { nearestShares } from './nearestShares.js'
import type { Response } from './response.js'

export interface ExplainConfig extends Members {
  /**
   * What is explained: a class, or one of several targets by its name, or the level of a quantile. Default: the class
   * that is predicted, the first target, or the predicted number.
   */
  readonly of?: Value
  /** Whether the probability of a class is explained, or its log-odds log(p/(1 − p)). Default: `probability`. */
  readonly scale?: 'probability' | 'logit'
}

/** What each feature of a row contributes to its prediction. */
export interface Explained {
  readonly kind: 'explained'
  /** What is explained: a target's name, a class or a level. */
  readonly of: Value
  /** The unit of all numbers: that of the target, a probability, or log-odds. */
  readonly scale: 'target' | 'probability' | 'logit'
  /** The number that the row is predicted at: `baseline` and all contributions together. */
  readonly value: number
  /** The same for a row whose numbers all are at their running means, without names, words, hours and months. */
  readonly baseline: number
  /** What each feature adds, by its name. */
  readonly contributions: Readonly<Record<string, number>>
  /** For features of many names, such as texts, what each name or word adds. */
  readonly words?: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** The weight of each expert, if the model mixes experts. */
  readonly experts?: Readonly<Record<string, number>>
  /** The same in two or three sentences. */
  readonly text: string
}

/**
 * Explains one prediction: what each feature of the row adds to it, in the unit of the target or, for a class, to its
 * probability. It changes nothing in the model. By integrated gradients along the straight line from a baseline x′,
 *
 *     contribution_j = (x_j − x′_j) ∫₀¹ ∂f(x′ + t(x − x′))/∂x_j dt,   f(x) = f(x′) + Σ contribution_j
 *
 * where x are the columns as the model reads them, and x′ = 0: numbers at their running mean, or 0 for a number that is
 * not scaled; no name, no word, and no place on a circle. For a linear model of a number this is w_j (x_j − μ_j)/σ_j
 * times the target's σ. For experts, f is their mixture with its present weights. The labels that `noChange` and
 * `seasonal` recall count in the baseline. What `nearest` says has no gradient; its change from the rows that are nearest
 * to x′ to those nearest to x is divided by Shapley values before the columns change in the rest of f. The sum is exact but for rounding (1e-12): what the integral in f64 leaves open, which is less than a
 * ten-thousandth as a rule, goes to the contributions by their size. A feature that the model does not use contributes 0.
 *
 * @param config `losses` and `fieldKinds` are needed for members of your own, as in `createPredictor`
 * @throws RejectedRowError for a row that the model rejects; RangeError for a class, a target or a level that there is not
 * @example
 * const { value, baseline, contributions, text } = explain(model, { temperature: 21, room: 'A' })
 * console.log(text)   // power is predicted at 312. Without the features it would be 250: temperature adds 70 and …
 * @see M. Sundararajan, A. Taly, Q. Yan (2017), Axiomatic Attribution for Deep Networks, ICML
 */
export const explain = <R, V extends AnyValue>(
  model: Model<R, V>,
  row: Given<R>,
  config?: ExplainConfig,
): Explained => {
  const { of, scale, ...members } = optionsOf('explain', config, {
    ...{ of: undefined, scale: 'probability', losses: undefined, fieldKinds: undefined },
  })
  checkMembers('explain', members)
  oneOf('explain', 'scale', scale, ['probability', 'logit'])
  const { description, publish, predict, experts } = Object(model) as Partial<Model<R, V>>
  if (!description || typeof publish !== 'function' || typeof predict !== 'function')
    throw new TypeError(`explain: the model is ${shown(model)}; expected a model, as createModel returns it.`)
  return withExplainer(description, members, ({ core, predictRow, responseTo }) => {
    publishInto(core, publish())
    predictRow(row as Row)
    const prediction = predict(row) as Prediction<Row>
    const asked = askedFor(core, prediction, of, scale)
    const response = responseTo(asked)
    const { start, end, shares, reach } = integrate(response)
    const computed = asked.mean + asked.spread * end
    const value = asked.value ?? computed
    // The prediction may be rounded to f32, of which this is in f64.
    const remembered = asked.mean + asked.spread * start + (value - computed)
    for (let j = 0; j < shares.length; j++) shares[j] *= asked.spread
    settle(shares, reach, value - remembered)

    const { plan } = core
    const names = Object.keys(plan.features)
    // What the nearest rows say without the features is where the features begin.
    const nearest = nearestShares(response, names.length, start)
    const baseline = remembered - asked.spread * (start - nearest.start)
    const sums = nearest.shares.map((share) => asked.spread * share)
    shares.forEach((share, j) => {
      sums[response.featureOf[j]] += share
    })
    const contributions = Object.fromEntries(names.map((name, i) => [name, sums[i]]))
    const words = contributionsOfWords(Object.entries(plan.features), row as Row, response, shares)
    const explained = { of: asked.of, scale: asked.scale, value, baseline, contributions }
    const text = inWords({ ...explained, target: Object.keys(plan.target)[0], experts })
    return {
      kind: 'explained',
      ...explained,
      ...(Object.keys(words).length > 0 && { words }),
      ...(experts && { experts }),
      text,
    }
  })
}

/** Returns what each name or word of the features of many names adds; those that share a weight stand together. */
const contributionsOfWords = (
  features: readonly (readonly [string, Field])[],
  row: Row,
  { featureOf, indexOf }: Response,
  shares: Float64Array,
): Record<string, Record<string, number>> =>
  Object.fromEntries(
    features.flatMap(([name, field], feature) => {
      if (!field.terms) return []
      const reads = field.reads?.()
      const terms = field.terms(
        reads ? valuesIn(row as Readonly<Record<string, unknown>>, reads) : row[readsOf(name, field)[0]],
      )
      const named = new Map<number, Set<string>>()
      for (const [term, index] of terms) named.set(index, (named.get(index) ?? new Set<string>()).add(term))
      const own: [string, number][] = []
      shares.forEach((share, j) => {
        const index = indexOf[j]
        if (featureOf[j] !== feature || index === undefined) return
        own.push([[...(named.get(index) ?? [`#${index}`])].join(', '), share])
      })
      return [[name, Object.fromEntries(own)]]
    }),
  )
