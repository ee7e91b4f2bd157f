/** Returns ` Did you mean 'x'?` if one of the names is similar to the word, otherwise an empty text. */
export type Suggestion = (word: unknown, names: readonly string[]) => string

/** A page of `rxgrad/slim` lists the right names alone, because the search for the nearest one costs it bytes. */
export let suggestion: Suggestion = () => ''
export const bringSuggestion = (given: Suggestion): void => {
  suggestion = given
}
