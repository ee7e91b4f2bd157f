import { adwin } from '../drift/adwin.js'
import type { DriftDetector } from '../drift/detector.js'
import { isCategory, scalingOf } from '../features/field.js'
import type { Model } from '../model.js'
import { checkNumber } from '../options/checkNumber.js'
import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'

export interface BagConfig {
  /** The number of models. Default: 10. */
  readonly members?: number
  /** The mean λ of the Poisson weights: 1 for online bagging, 6 for leveraging bagging. Above 0, at most 100. Default: 1. */
  readonly lambda?: number
  /** What watches each member's errors; false for none, so that no member begins anew. Default: `detectors.adwin()`. */
  readonly detector?: DriftDetector | false
  /** The number of rows that a member learns, after it began anew, before it has a vote and may be replaced. Default: 30. */
  readonly wait?: number
  /** The factor by which earlier errors count less at each row, when members are compared. Default: 0.99. */
  readonly fading?: number
  /** The seed of the weights, and of the seeds that `createModel` is given. Default: 0. */
  readonly seed?: number
  /** The name under which each model keeps its part of the bag. Default: 'bag'. */
  readonly name?: string
}

export interface CheckedBag {
  readonly members: number
  readonly lambda: number
  readonly detector: DriftDetector | undefined
  readonly wait: number
  readonly fading: number
  readonly seed: number
  readonly name: string
}

export const checkBag = (config: BagConfig | undefined): CheckedBag => {
  const options = optionsOf('bag', config, {
    ...{ members: 10, lambda: 1, detector: undefined, wait: 30, fading: 0.99, seed: 0, name: 'bag' },
  })
  const { members, lambda, wait, fading, seed, name } = options
  checkWhole('bag: members is', members, ', the number of models')
  checkNumber('bag: lambda', lambda, { open: true, most: 100 })
  checkWhole('bag: wait is', wait)
  checkNumber('bag: fading', fading, { open: true, most: 1 })
  if (!Number.isInteger(seed)) throw new RangeError(`bag: seed is ${shown(seed)}; expected a whole number.`)
  if (typeof name !== 'string') throw new TypeError(`bag: name is ${shown(name)}; expected a text.`)
  const given: unknown = options.detector
  if (given !== undefined && given !== false && typeof (given as DriftDetector | null)?.update !== 'function')
    throw new TypeError(`bag: detector is ${shown(given)}; expected what detectors.adwin returns, or false.`)
  const detector = given === false ? undefined : ((given as DriftDetector | undefined) ?? adwin())
  return { members, lambda, detector, wait, fading, seed, name }
}

/** Refuses models of other targets than the first one's, and a detector that cannot read their errors. */
export const checkMembers = (models: readonly Model<never>[], detector: DriftDetector | undefined): void => {
  const [first] = models
  const names = Object.keys(first.target)
  const kindOf = ({ target }: Model<never>): string =>
    Object.entries(target)
      .map(([name, field]) => `${name} (${isCategory(field) ? 'a category' : 'a number'})`)
      .join(', ')
  const other = models.findIndex((model) => kindOf(model) !== kindOf(first))
  if (other >= 0)
    throw new RangeError(
      `bag: model ${other} predicts ${kindOf(models[other])}; expected ${kindOf(first)}, as model 0 does.`,
    )
  const category = isCategory(first.target[names[0]])
  if (detector?.reads === 'miss' && !category)
    throw new RangeError(
      `bag: ${detector.name} reads misses of a class, but '${names[0]}' is a number; expected another detector, such as adwin().`,
    )
  const scaled = category || names.every((name) => scalingOf(first.target[name]) !== undefined)
  if (detector?.reads === 'share' && !scaled)
    throw new RangeError(
      `bag: ${detector.name} reads shares from 0 to 1, but the target is not scaled; expected numeric(), or the detector pageHinkley().`,
    )
}
