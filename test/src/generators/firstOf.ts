/** Returns the first rows of a stream. */
export const firstOf = <R>(stream: Iterable<R>, count: number): R[] => {
  const rows: R[] = []
  if (count > 0)
    for (const row of stream) {
      rows.push(row)
      if (rows.length === count) break
    }
  return rows
}
