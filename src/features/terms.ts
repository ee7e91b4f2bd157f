const alone = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`
/** A word: letters, marks, digits and _ in a row; a character of a script that sets no spaces is one by itself. */
const word = new RegExp(String.raw`[${alone}]|(?:(?![${alone}])[\p{L}\p{M}\p{N}_])+`, 'gu')

/** Returns the words of a text in lower case. */
export const wordsIn = (text: string): readonly string[] => text.normalize().toLowerCase().match(word) ?? []

/** Gives each n-gram of a text, of 1 to `most` words in a row. */
export const eachWords = (text: string, most: number, each: (term: string) => void): void => {
  const words = wordsIn(text)
  for (let i = 0; i < words.length; i++) {
    let term = ''
    for (let n = 0; n < most && i + n < words.length; n++) {
      term = n === 0 ? words[i] : `${term} ${words[i + n]}`
      each(term)
    }
  }
}

/**
 * Gives each n characters in a row within each word of a text, which has a space at either end; a word of fewer
 * characters is given as a whole.
 */
export const eachCharacters = (text: string, n: number, each: (term: string) => void): void => {
  for (const word of wordsIn(text)) {
    const characters = [' ', ...word, ' ']
    for (let end = Math.min(n, characters.length); end <= characters.length; end++)
      each(characters.slice(Math.max(0, end - n), end).join(''))
  }
}
