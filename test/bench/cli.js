// Measures the rows per second of the command line on electricity.csv, with the start of the process and the reading of
// the file.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { summarize } from './measure.js'
import { short, table } from './report.js'

const command = fileURLToPath(new URL('../../dist/src/node/cli/main.js', import.meta.url))
const forms = {
  'predictions to stdout': [],
  '--no-predictions': ['--no-predictions'],
}

const fileOf = (place) =>
  place && existsSync(place) && statSync(place).isDirectory() ? join(place, 'electricity.csv') : place

/** Returns `{ markdown, results }`, or `{ reason }` if they could not be measured. */
export const measureCommandLine = ({ rounds }) => {
  const file = fileOf(process.env.RXGRAD_DATA)
  if (!file) return { reason: 'RXGRAD_DATA is not set; expected the folder of electricity.csv' }
  if (!existsSync(file)) return { reason: 'there is no electricity.csv at the place that RXGRAD_DATA names' }
  const rows = readFileSync(file, 'utf8').trim().split('\n').length - 1
  const options = ['--target', 'class', '--layers', '32 relu, 1', '--batch', '1']
  const results = {}
  for (let round = 0; round < rounds; round++)
    for (const [form, more] of Object.entries(forms)) {
      const start = performance.now()
      const stdio = ['ignore', 'ignore', 'pipe']
      const { status, stderr } = spawnSync(process.execPath, [command, 'learn', file, ...options, ...more], { stdio })
      const took = performance.now() - start
      if (status !== 0) return { reason: `rxgrad learn: ${String(stderr).trim().split('\n').at(-1)}` }
      results[form] = [...(results[form] ?? []), (rows / took) * 1000]
    }
  const summaries = Object.fromEntries(Object.entries(results).map(([form, rates]) => [form, summarize(rates)]))
  const cells = Object.entries(summaries).map(([form, { median, spread, max }]) => [
    ...[form, short(median), `${(100 * spread).toFixed(0)} %`, short(max)],
  ])
  const title = `### cli: rxgrad learn electricity.csv --target class --layers "32 relu, 1" --batch 1, ${rows} rows`
  return { markdown: `${title}\n\n${table(['form', 'rows/s', 'spread', 'best'], cells)}\n`, results: summaries }
}
