/** The finite decimal number that a text is, or undefined: 12, -0.5, 1e6, .5; not 0x1f, NaN, Infinity or 1,5. */
export const numberOf = (text: string): number | undefined => {
  const value = Number(text)
  // Number('') is 0, Number('0x1f') is 31.
  if (value === 0 && text.trim() === '') return undefined
  if (!Number.isFinite(value)) return undefined
  return /[xob]/i.test(text) ? undefined : value
}

/** 02134 is a code, not a number: as one it would lose its zero. */
const code = /^0\d+$/

/** What a cell is when no schema says so: a number, else its text; undefined when it is empty. */
export const looseCell = (text: string, quoted: boolean): string | number | undefined => {
  if (quoted) return text === '' ? undefined : text
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  return code.test(trimmed) ? trimmed : (numberOf(trimmed) ?? trimmed)
}
