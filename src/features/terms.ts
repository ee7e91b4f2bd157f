import { murmur3OfText } from './murmur3.js'
import type { Sums } from './sums.js'

const alone = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`
/** A word: letters, marks, digits and _ in a row; a character of a script that sets no spaces is one by itself. */
const word = new RegExp(String.raw`[${alone}]|(?:(?![${alone}])[\p{L}\p{M}\p{N}_])+`, 'gu')

/** Returns the words of a text in lower case. */
export const wordsOf = (text: string): readonly string[] => text.normalize().toLowerCase().match(word) ?? []

/**
 * Counts the n-grams of a text, of 1 to `ngrams` words in a row, by their hashes: the signed 32 bits of MurmurHash3.
 */
export const countTerms = (text: string, ngrams: number, counts: Sums): void => {
  const words = wordsOf(text)
  for (let i = 0; i < words.length; i++) {
    let term = ''
    for (let n = 0; n < ngrams && i + n < words.length; n++) {
      term = n === 0 ? words[i] : `${term} ${words[i + n]}`
      counts.add(murmur3OfText(term) | 0, 1)
    }
  }
}
