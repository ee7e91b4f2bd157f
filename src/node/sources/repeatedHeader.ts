import type { Item } from './blocks.js'

const byteOrderMark = '\ufeff'

/**
 * Returns a function that passes on items, and rejects each that repeats the header, as in `cat *.csv`; otherwise the
 * names of the columns would be learned as categories. Each of the joined files may begin with a byte order mark.
 */
export const withoutRepeats = (header: Item): ((items: readonly Item[]) => readonly Item[]) => {
  const text = header.kind === 'line' ? header.source.slice(header.from, header.to) : ''
  const cells = header.kind === 'record' ? header.cells : []
  const repeats = (item: Item): boolean => {
    if (item.kind === 'record')
      return item.cells.length === cells.length && item.cells.every((cell, i) => cell === cells[i])
    if (item.kind !== 'line') return false
    // Few lines are as long as the header, so that hardly any text is compared.
    const surplus = item.to - item.from - text.length
    if (surplus !== 0 && surplus !== byteOrderMark.length) return false
    return item.source.startsWith(surplus === 0 ? text : byteOrderMark + text, item.from)
  }
  const rejected = (item: Item): Item =>
    item.kind !== 'rejection' && repeats(item)
      ? { kind: 'rejection', reason: 'the row repeats the header', row: text || cells.join(','), cursor: item.line }
      : item
  return (items) => (items.some(repeats) ? items.map(rejected) : items)
}
