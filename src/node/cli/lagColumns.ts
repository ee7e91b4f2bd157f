import { type Fields, isCategory } from '../../features/field.js'
import { lag } from '../../features/lag.js'
import { type InferredSchema, InputError } from '../sources/index.js'

/**
 * Returns the schema with the earlier values of its target as features, such as power_lag_24.
 *
 * @param by the column whose values tell series apart
 * @throws InputError if the target is no number, or if a column has the name of a lag
 */
export const withLags = (schema: InferredSchema, lags: readonly number[], by: string | undefined): InferredSchema => {
  if (lags.length === 0) {
    if (by !== undefined) throw new InputError(`--by "${by}": expected --lags beside it, such as --lags 1,2.`)
    return schema
  }
  const [[name, target]] = Object.entries(schema.target)
  if (isCategory(target))
    throw new InputError(
      `--lags: ${name} is a category, but a lag is a number; remove --lags: one expert knows the last class anyway.`,
    )
  const columns: Fields = Object.fromEntries(
    lags.map((rows) => [`${name}_lag_${rows}`, lag(name, rows, by === undefined ? {} : { by })]),
  )
  const taken = Object.keys(columns).find((column) => column in schema.features)
  if (taken !== undefined)
    throw new InputError(`--lags: the input has a column "${taken}" already; leave it out by --without ${taken}.`)
  return { ...schema, features: { ...schema.features, ...columns } }
}
