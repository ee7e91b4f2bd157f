import type { BesideOf, CommonConfig, ModelConfig, RowOf, ValueOf } from '../compile/configuration.js'
import type { CategoryField } from '../features/category.js'
import type { Field, Fields } from '../features/field.js'
import type { Model } from '../model.js'
import { type Defaults, optionsOf } from '../options/optionsOf.js'

/** Targets that are numbers, such as numeric(). */
export type Numbers = Readonly<Record<string, Field<unknown, number>>>
/** A target that is a category. */
export type Classes = Readonly<Record<string, CategoryField>>

/** The options of a model by name: those of `createModel`, but for the circuit, which follows from the name. */
export type NamedConfig<
  F extends Fields,
  T extends Fields,
  W extends string = string,
  C extends string = string,
> = CommonConfig<F, T, W, C> & { readonly features: F }

/** A function that creates a model by name; its types follow from the configuration, as those of `createModel` do. */
export type NamedModel<Targets extends Fields = Fields, Own extends object = object> = <
  F extends Fields,
  T extends Targets,
  R = RowOf<F, T>,
  const W extends string = string,
  const C extends string = string,
>(
  config: NamedConfig<F, T, W, C> & Own,
) => Model<R & BesideOf<W, C>, ValueOf<T>>

/**
 * Returns the configuration of `createModel` that a name stands for. It is apart from the function that creates the model,
 * because that of `rxgrad/slim` brings no kernels.
 */
export type Configure = (config: unknown) => ModelConfig<Fields, Fields>

type Common = Partial<CommonConfig<Fields, Fields, string, string>>

const common: Defaults<Common> = {
  features: undefined,
  target: undefined,
  loss: undefined,
  optimizer: undefined,
  precision: undefined,
  seed: undefined,
  freeze: undefined,
  statistics: undefined,
  guard: undefined,
  shards: undefined,
  weight: undefined,
  cursor: undefined,
  executor: undefined,
  reconstruct: undefined,
}

/** Returns the options that are passed on to `createModel`, and those of the model's own with their defaults. */
export const namedOptions = <Own extends object>(
  by: string,
  given: unknown,
  own: Own,
): CommonConfig<Fields, Fields, string, string> & Own =>
  optionsOf(by, given as object | undefined, { ...common, ...own }) as never
