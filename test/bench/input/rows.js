// Writes the rows that all contestants read: ten numeric columns and a class of 0 and 1.
import { writeFileSync } from 'node:fs'
import { createGenerator } from '../workloads.js'

export const COLUMNS = Array.from({ length: 10 }, (_, j) => `x${j}`)

export const writeInputs = (folder, count) => {
  const { normal } = createGenerator(11)
  const [csv, ndjson] = [[`${COLUMNS.join(',')},y`], []]
  for (let i = 0; i < count; i++) {
    const x = COLUMNS.map(() => Number(normal().toFixed(4)))
    const y = x[0] - x[1] + x[2] > 0 ? 1 : 0
    csv.push(`${x.join(',')},${y}`)
    ndjson.push(JSON.stringify({ ...Object.fromEntries(COLUMNS.map((name, j) => [name, x[j]])), y }))
  }
  const files = { csv: `${folder}/rows.csv`, ndjson: `${folder}/rows.ndjson` }
  writeFileSync(files.csv, `${csv.join('\n')}\n`)
  writeFileSync(files.ndjson, `${ndjson.join('\n')}\n`)
  return files
}
