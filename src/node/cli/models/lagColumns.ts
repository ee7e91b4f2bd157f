import { type Fields, isCategory } from '../../../features/field.js'
import { lag } from '../../../features/lag.js'
import { columnName, type InferredSchema, InputError } from '../../sources/index.js'
import type { LearnRequest } from '../arguments/args.js'

/**
 * Returns the schema with the earlier values of its target as features, such as power_lag_24; for forecasts, at least
 * the last one.
 *
 * @param by the column whose values tell series apart
 * @throws InputError if the target is no number, or if a column has the name of a lag
 */
export const withLags = (
  schema: InferredSchema,
  { lags, horizon }: Pick<LearnRequest, 'lags' | 'horizon'>,
  by: string | undefined,
): InferredSchema => {
  if (by !== undefined && lags.length === 0 && horizon === undefined)
    throw new InputError(`--by "${by}": expected --lags or --horizon beside it, such as --lags 1,2.`)
  const [[name, target]] = Object.entries(schema.target)
  // What is forecast depends on the last value before all, and a row does not tell its own.
  const isDefault = lags.length === 0 && horizon !== undefined && !isCategory(target)
  const rows = isDefault ? [1] : lags
  if (rows.length === 0) return schema
  if (isCategory(target))
    throw new InputError(
      `--lags: ${name} is a category, but a lag is a number; remove --lags: one expert knows the last class anyway.`,
    )
  const columns: Fields = Object.fromEntries(
    rows.map((ago) => [`${name}_lag_${ago}`, lag(name, ago, by === undefined ? {} : { by })]),
  )
  const taken = Object.keys(columns).find((column) => column in schema.features)
  if (taken !== undefined && isDefault) return schema
  if (taken !== undefined)
    throw new InputError(
      `--lags: the input has a column "${taken}" already; leave it out by --without ${columnName(taken)}.`,
    )
  return { ...schema, features: { ...schema.features, ...columns } }
}
