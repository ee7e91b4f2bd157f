import type { Cell } from './charts/track.js'

/** Returns where a truth, as a model encodes it, stands on the axis of the values: a class is its column already. */
export const placeOfTruth = (truth: Cell, names: readonly string[] | undefined): number | null =>
  typeof truth === 'number' && (names === undefined || truth >= 0) ? truth : null

/** Returns where a forecast stands on the axis: a number where it is, and a class, which may be a number too, at its name. */
export const placeOfForecast = (forecast: Cell, names: readonly string[] | undefined): number | null => {
  if (names === undefined) return typeof forecast === 'number' && Number.isFinite(forecast) ? forecast : null
  const at = names.indexOf(`${forecast}`)
  return at < 0 ? null : at
}
