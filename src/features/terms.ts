import { murmur3OfText } from './murmur3.js'
import type { Sums } from './sums.js'

const alone = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`
/** A word: letters, marks, digits and _ in a row; a character of a script that sets no spaces is one by itself. */
const word = new RegExp(String.raw`[${alone}]|(?:(?![${alone}])[\p{L}\p{M}\p{N}_])+`, 'gu')

/** Returns the words of a text in lower case. */
export const wordsIn = (text: string): readonly string[] => text.normalize().toLowerCase().match(word) ?? []

const count = (term: string, counts: Sums): void => counts.add(murmur3OfText(term) | 0, 1)

/** Counts the n-grams of a text, of 1 to `most` words in a row, by their hashes: the signed 32 bits of MurmurHash3. */
export const countWords = (text: string, most: number, counts: Sums): void => {
  const words = wordsIn(text)
  for (let i = 0; i < words.length; i++) {
    let term = ''
    for (let n = 0; n < most && i + n < words.length; n++) {
      term = n === 0 ? words[i] : `${term} ${words[i + n]}`
      count(term, counts)
    }
  }
}

/**
 * Counts the n characters in a row within each word of a text, which has a space at either end, in the same way. A word
 * of fewer characters is counted as a whole.
 */
export const countCharacters = (text: string, n: number, counts: Sums): void => {
  for (const word of wordsIn(text)) {
    const characters = [' ', ...word, ' ']
    for (let end = Math.min(n, characters.length); end <= characters.length; end++)
      count(characters.slice(Math.max(0, end - n), end).join(''), counts)
  }
}
