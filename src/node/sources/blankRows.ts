import type { Item } from './blocks.js'

/** The letters up to this one are spaces and controls. */
const SPACE = 32

/** Tells whether nothing but spaces and delimiters stands between two places of a text. */
const isBlank = (source: string, from: number, to: number, separator: number): boolean => {
  for (let i = from; i < to; i++) {
    const letter = source.charCodeAt(i)
    if (letter > SPACE && letter !== separator) return false
  }
  return true
}

/**
 * Returns the items without the rows in which every cell is empty, such as the lines of commas with which spreadsheets
 * fill up a table: like blank lines, they are no rows.
 */
export const withoutBlanks = (items: readonly Item[], delimiter: string): readonly Item[] => {
  const separator = delimiter.charCodeAt(0)
  const isEmpty = (item: Item): boolean =>
    item.kind === 'line'
      ? isBlank(item.source, item.from, item.to, separator)
      : item.kind === 'record' && item.cells.every((cell) => cell.trim() === '')
  return items.some(isEmpty) ? items.filter((item) => !isEmpty(item)) : items
}
