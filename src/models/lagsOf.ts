import type { Fields } from '../features/field.js'
import { lag } from '../features/lag.js'

/**
 * Returns earlier values of a column as features, such as power_lag_24.
 *
 * @param by the column whose values tell series apart
 */
export const lagsOf = (name: string, rows: readonly number[], by: string | undefined): Fields =>
  Object.fromEntries(rows.map((ago) => [`${name}_lag_${ago}`, lag(name, ago, by === undefined ? {} : { by })]))
