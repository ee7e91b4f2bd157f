/** Writes a whole number as 45,312. A formatter of the locale would take 20 ms to load. */
export const count = (value: number): string => `${Math.round(value)}`.replace(/\B(?=(\d{3})+$)/g, ',')

/** Writes a score with four decimals, with three digits if it is very small, or with fewer decimals if it is large. */
export const figure = (value: number): string => {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size !== 0 && size < 0.01) return value.toPrecision(3)
  return size < 1e4 ? value.toFixed(4) : size < 1e9 ? value.toFixed(1) : value.toPrecision(6)
}

/** Writes a table in columns: the first one flush left, the others flush right. */
export const tableText = (table: readonly (readonly string[])[]): string[] => {
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)))
  return table.map((row) =>
    row.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join('  '),
  )
}
