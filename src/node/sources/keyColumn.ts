import { type Census, seenIn } from './census.js'
import type { Content } from './content.js'

/** With fewer rows, numbers that are all different say little. */
const enoughRows = 20

const isNamedAsKey = (name: string): boolean => /(^|[\W_])id$/i.test(name) || /[a-z]I[dD]$/.test(name)

/** Whether every value is a whole number that no other row has. */
const areDistinctIntegers = ({ numbers, distinct }: Census): boolean =>
  distinct.size === numbers && [...distinct.keys()].every((key) => Number.isInteger(Number(key)))

const isOfKeys = ({ holds, census }: Content): boolean =>
  holds === 'numbers' &&
  census.numbers >= enoughRows &&
  census.numbers === seenIn(census) &&
  areDistinctIntegers(census)

/** Returns why a column of numbers is no feature: it is named as a key, and its values are those of a key. */
export const keyReason = (name: string, content: Content): string | undefined =>
  isNamedAsKey(name) && isOfKeys(content)
    ? `it is a key, as its name says and as every value is new; name it in --features to learn from it`
    : undefined

/** Returns what to say of a column that counts the rows, which may be a time that is wanted, or a number of lines. */
export const rowNumberNote = (name: string, content: Content): string | undefined => {
  const { least, most, falls, numbers } = content.census
  if (!isOfKeys(content) || falls > 0 || most - least + 1 !== numbers) return undefined
  return `${name} rises by 1 with each row (${least}, ${least + 1}, …), as a row number does, and is read as a number; --without ${name} leaves it out`
}
