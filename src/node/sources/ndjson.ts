import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import { objectIn, type Reading } from './jsonObject.js'
import { jsonObjectsReader } from './jsonObjects.js'
import { eachLine, type LineConfig, longestLine, type TextReader } from './lines.js'

/**
 * Creates a reader of one JSON object per line. Blank lines are skipped. A line may end in a comma, or hold several
 * objects; one that is not of objects is rejected.
 */
export const ndjsonReader = (config?: LineConfig): TextReader<Reading> => {
  const { longest } = optionsOf('ndjsonReader', config, { longest: longestLine })
  checkWhole('ndjsonReader: longest is', longest)
  return eachLine({ longest }, (text, line, found) => {
    const reading = objectIn(text, line)
    const several = reading.kind === 'row' ? [] : jsonObjectsReader({ longest, firstLine: line })(text, true)
    if (several.length > 0 && several.every(({ kind }) => kind === 'row')) found.push(...several)
    else found.push(reading)
  })
}

export type { Reading, RowAt } from './jsonObject.js'
