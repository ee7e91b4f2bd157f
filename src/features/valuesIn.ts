import type { Row } from '../values.js'

const nothing: Row = {}

/** Returns a row's values in several columns; what every object inherits, such as `constructor`, is missing. */
export const valuesIn = (row: Row, names: readonly string[]): readonly unknown[] =>
  names.map((name) => (row[name] === nothing[name] ? undefined : row[name]))
