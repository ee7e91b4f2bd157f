/** The largest number of characters in a text of a message, which is sent to every page many times a second. */
const MOST = 200

/** Cuts a long text. Half of a surrogate pair at the end is removed, because it could not be encoded. */
const cut = (text: string): string =>
  text.length > MOST ? `${text.slice(0, MOST).replace(/[\ud800-\udbff]$/, '')}…` : text

/** Cuts every long text of a message, the names of its parts among them: a row may hold texts of any length. */
export const shorten = <T>(part: T): T => {
  if (typeof part === 'string') return cut(part) as T
  if (Array.isArray(part)) return part.map(shorten) as T
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(Object.entries(part).map(([name, own]) => [cut(name), shorten(own)])) as T
}
