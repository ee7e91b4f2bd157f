import { bringSuggestion } from './suggestion.js'

/** Returns the number of letters to insert, delete, replace or swap with a neighbour to turn one word into the other. */
const distance = (a: string, b: string): number => {
  // rows[i][j] is the distance of the first i letters of a to the first j of b.
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1][j - 1] + Number(a[i - 1] !== b[j - 1])
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2][j - 2] + 1 : replaced
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, replaced, swapped)
    }
  }
  return rows[a.length][b.length]
}

/** The first letters of a name's words: `lr` for `learningRate`. */
const initialsOf = (name: string): string => name.replace(/(?<!^)[^A-Z]/g, '').toLowerCase()

/** A shorter beginning would fit too many names. */
const SHORTEST = 3
const begins = (a: string, b: string): boolean => b.length >= SHORTEST && a.startsWith(b)

/**
 * Returns the name that was probably meant, or undefined if no name is similar: one that differs in few letters, that
 * begins the word or is begun by it, or whose initials it is. Case is ignored.
 */
export const nearest = (word: string, names: readonly string[]): string | undefined => {
  const lower = word.toLowerCase()
  let best: string | undefined
  let least = Math.floor(word.length / 3) + 2
  for (const name of names) {
    const own = name.toLowerCase()
    const short = begins(own, lower) || begins(lower, own) || (lower.length > 1 && initialsOf(name) === lower)
    const letters = distance(lower, own)
    // A single wrong letter is likelier than a short form.
    const d = short ? Math.min(1.5, letters) : letters
    if (d < least && d < name.length) {
      best = name
      least = d
    }
  }
  return best
}

/** Returns ` Did you mean "class"?` if a name is similar to the word, otherwise an empty text. */
export const didYouMean = (word: string, names: readonly string[]): string => {
  const name = nearest(word, names)
  return name === undefined ? '' : ` Did you mean "${name}"?`
}

/** Brings the nearest name to all refusals of unknown options. */
export const bringNearest = (): void =>
  bringSuggestion((word, names) => {
    const name = nearest(String(word), names)
    return name === undefined ? '' : ` Did you mean '${name}'?`
  })
