import { isCategory, scalingOf } from '../features/field.js'
import { middleOf } from '../losses/middleOf.js'
import type { Core } from '../model/state/core.js'
import { shown } from '../options/shown.js'
import { SCALER } from '../program/abi.js'
import type { Prediction } from '../records.js'
import type { Row, Value } from '../values.js'
import type { Asked } from './asked.js'

/** What is explained, and how its number follows from that of the circuit: mean + spread·f. */
export interface AskedNumber extends Asked {
  readonly of: Value
  readonly scale: 'target' | 'probability' | 'logit'
  readonly mean: number
  readonly spread: number
  /** The number as it was predicted; undefined if it is not a part of the prediction. */
  readonly value: number | undefined
}

const refuse = (of: unknown, known: readonly Value[]): never => {
  throw new RangeError(`explain: of is ${shown(of)}; expected one of ${known.map(shown).join(', ')}.`)
}

/** Finds what is asked for among the outputs of a core in which the row has been predicted. */
export const askedFor = (
  core: Core,
  prediction: Prediction<Row>,
  of: Value | undefined,
  scale: 'probability' | 'logit',
): AskedNumber => {
  const { plan, program, features } = core
  const names = Object.keys(plan.target)
  const [field] = Object.values(plan.target)
  if (isCategory(field)) return askedClass(core, prediction, of, scale)
  const { levels } = plan.loss
  const known: readonly Value[] = levels ?? names
  const place = of === undefined ? (levels ? middleOf(levels) : 0) : known.indexOf(of)
  if (place < 0) return refuse(of, known)
  const target = levels ? 0 : place
  const isScaled = scalingOf(Object.values(plan.target)[target]) !== undefined
  const statistics = program.places.statistics[features + target] >> 3
  const read = (part: number): number => core.f64[statistics + part]
  const { value, values, quantiles } = prediction
  return {
    ...{ place, logit: false, of: levels && of !== undefined ? of : names[target], scale: 'target' },
    mean: isScaled ? read(SCALER.mean) : 0,
    spread: isScaled ? Math.sqrt(read(SCALER.variance)) : 1,
    value: quantiles ? quantiles[levels![place]] : ((values?.[names[target]] ?? value) as number),
  }
}

const askedClass = (
  core: Core,
  { value, probabilities }: Prediction<Row>,
  of: Value | undefined,
  scale: 'probability' | 'logit',
): AskedNumber => {
  const labels = core.vocabularies[core.features]?.values ?? []
  if (labels.length === 0)
    throw new RangeError('explain: the model knows no class yet; expected one that has learned a row.')
  const own = of ?? (value as Value)
  const place = labels.indexOf(own)
  if (place < 0) return refuse(of, labels)
  const logit = scale === 'logit'
  if (logit && labels.length < 2)
    throw new RangeError(
      `explain: scale is 'logit', but ${shown(own)} is the only class so far, whose odds have no bound; expected two, or the scale 'probability'.`,
    )
  // The only class so far is certain, whatever the outputs are.
  const [mean, spread] = labels.length === 1 ? [1, 0] : [0, 1]
  const probability = (probabilities as Readonly<Record<string, number>>)[`${own}`]
  return { place, logit, of: own, scale, mean, spread, value: logit ? undefined : probability }
}
