import { shown } from './shown.js'

/**
 * Refuses levels of quantiles that are not numbers between 0 and 1 in rising order.
 * @param what the setting, as in `quantiles: levels`
 */
export const checkLevels = (what: string, levels: unknown): void => {
  const expected = 'expected numbers between 0 and 1 in rising order, such as [0.1, 0.5, 0.9].'
  if (!Array.isArray(levels) || levels.length === 0)
    throw new RangeError(`${what} is ${Array.isArray(levels) ? 'an empty array' : shown(levels)}; ${expected}`)
  levels.forEach((level: unknown, i) => {
    if (!(typeof level === 'number' && level > (i === 0 ? 0 : levels[i - 1]) && level < 1))
      throw new RangeError(`${what} has ${shown(level)}${i === 0 ? '' : ` after ${shown(levels[i - 1])}`}; ${expected}`)
  })
}
