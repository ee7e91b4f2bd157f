/** Writes a cell: what has a comma, a quote or a line end is quoted, and what is missing is empty. */
const cellText = (value: unknown): string => {
  if (value === undefined || value === null || Number.isNaN(value)) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : `${value}`
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Returns the values of a record by their paths: those of { p: { a: 1 } } are p.a. */
const flat = (record: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).map(([part, inner]) => [`${name}.${part}`, inner])
        : [[name, value]],
    ),
  )

/** Creates a function that writes records as lines of CSV, the first of them with the header before it. */
export const csvLines = (columns: readonly string[]): ((record: object) => string) => {
  let head = `${columns.map(cellText).join(',')}\n`
  return (record) => {
    const values = flat(record)
    const line = `${head}${columns.map((name) => cellText(values[name])).join(',')}\n`
    head = ''
    return line
  }
}
