import type { BesideOf, CommonConfig, RowOf } from '../compile/configuration.js'
import { type Field, type Fields, widthOf } from '../features/field.js'
import { numeric } from '../features/numeric.js'
import type { Activation } from '../layers/activations.js'
import { dense } from '../layers/dense.js'
import { createModel } from '../model/createModel.js'
import type { Model } from '../model.js'
import { checkWhole } from '../options/checkWhole.js'
import { shown } from '../options/shown.js'
import { type Configure, type Numbers, namedOptions } from './named.js'
import { outputsOfNumbers } from './targets.js'

export interface AutoencoderOptions {
  /**
   * The number of units of each hidden layer, of which the narrowest is the code. Default: one layer of half as many
   * units as numbers are reconstructed.
   */
  readonly hidden?: readonly number[]
  /** The activation of the hidden layers, as in `dense`. Default: 'relu'. */
  readonly activation?: Activation
}

export interface AutoencoderConfig<
  F extends Fields,
  T extends Numbers,
  W extends string = string,
  C extends string = string,
> extends Omit<CommonConfig<F, Fields, W, C>, 'target' | 'features' | 'reconstruct'>,
    AutoencoderOptions {
  readonly features: F
  /** The numbers that are reconstructed, of the names of features. Default: every feature that is a number. */
  readonly target?: T
}

const defaults: { readonly hidden: readonly number[] | undefined; readonly activation: Activation } = {
  hidden: undefined,
  activation: 'relu',
}

/** Returns the number that a feature is, as a target; undefined for one that is no number, or that is recalled. */
const numberOf = (field: Field): Field | undefined => {
  const scaling = field.memory || widthOf(field) > 1 ? undefined : field.scaling?.()
  if (scaling === undefined) return undefined
  return numeric({ scale: scaling === 'none' ? 'none' : scaling.exponential ? 'exponential' : 'standard' })
}

/** Returns the targets that follow from features: those that are numbers. */
const numbersOf = (features: Fields): Fields =>
  Object.fromEntries(
    Object.entries(Object(features) as Fields).flatMap(([name, field]): [string, Field][] => {
      const number = typeof field?.emit === 'function' ? numberOf(field) : undefined
      return number ? [[name, number]] : []
    }),
  )

/** Returns the configuration of the model below. */
export const autoencoderConfig: Configure = (config) => {
  const { hidden: given, activation, ...options } = namedOptions('autoencoder', config, defaults)
  const target = options.target ?? numbersOf(options.features as Fields)
  const outputs = outputsOfNumbers('autoencoder', target)
  const other = Object.keys(target).find((name) => !Object.hasOwn(Object(options.features), name))
  if (other !== undefined)
    throw new RangeError(`autoencoder: target '${other}' is no feature; expected names of features, or no target.`)
  if (Object.keys(target).length === 0 && Object.keys(Object(options.features)).length > 0)
    throw new RangeError('autoencoder: no number is reconstructed; expected a feature that is one, such as numeric().')
  if (options.reconstruct === false)
    throw new RangeError('autoencoder: reconstruct is false; expected true, or to leave it out.')
  const hidden = given ?? [(outputs + 1) >> 1]
  if (!Array.isArray(hidden))
    throw new TypeError(`autoencoder: hidden is ${shown(hidden)}; expected a list, such as [3].`)
  if (hidden.length === 0)
    throw new RangeError('autoencoder: hidden is an empty list; expected the units of each hidden layer, such as [3].')
  for (const units of hidden) checkWhole('autoencoder: hidden has', units, ', as in hidden: [8, 3, 8]')
  const layers = hidden.map((units) => dense(units, activation))
  return { ...options, target, reconstruct: true, layers: [...layers, dense(outputs)] }
}

/**
 * Creates an autoencoder: a net that reconstructs the numbers it has read through a layer that is too narrow for all of
 * them, x̂ = W₂ activation(W₁x + b₁) + b₂ for a single hidden layer. A row that it reconstructs badly is unlike those
 * that it has learned, which `detectAnomalies` tells.
 *
 *     reading$.pipe(detectAnomalies(autoencoder({ features })))
 *
 * A row is scored before it is learned, beside the errors of normal rows, and one that is flagged is not learned. It is,
 * for features that are numbers, and with all other options of `createModel`,
 *
 *     createModel({
 *       features: { a, b, c, d },
 *       target: { a, b, c, d },
 *       reconstruct: true,
 *       layers: [dense(2, 'relu'), dense(4)],
 *     })
 *
 * A category, or a field that remembers earlier rows, is read, and not reconstructed: it says which numbers to expect. A
 * row that lacks a number is predicted, and not learned.
 *
 * Hawkins, He, Williams and Baxter, "Outlier detection using replicator neural networks" (2002).
 *
 * @throws RangeError for features without a number, for a target that is no feature, for hidden layers that are no whole
 * numbers of at least 1, and for an activation that is not known
 * @example
 * const model = autoencoder({ features: { flow: numeric(), power: numeric(), heat: numeric() }, hidden: [1] })
 * fromRows([{ flow: 10, power: 3, heat: 50 }, { flow: 12, power: 4, heat: 54 }])
 *   .pipe(detectAnomalies(model))
 *   .subscribe(({ isAnomaly, score, expected }) => console.log(isAnomaly, score, expected.heat))
 */
export const autoencoder = <
  F extends Fields,
  T extends Numbers = Record<never, never>,
  R = RowOf<F, T>,
  const W extends string = string,
  const C extends string = string,
>(
  config: AutoencoderConfig<F, T, W, C>,
): Model<R & BesideOf<W, C>, number> => createModel(autoencoderConfig(config)) as never
