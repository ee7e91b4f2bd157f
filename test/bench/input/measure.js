// Measures how many rows a second come from stdin to θ, beside parsers alone and River, in interleaved rounds with a
// process for each.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { summarize } from '../measure.js'
import { short, table } from '../report.js'
import { contestants as peers } from './peers.js'
import { writeInputs } from './rows.js'
import { contestants as own } from './rxgrad.js'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

const measure = (command, args, file) => {
  const input = openSync(file, 'r')
  const { status, stdout, stderr } = spawnSync(command, args, { stdio: [input, 'pipe', 'pipe'], encoding: 'utf8' })
  closeSync(input)
  if (status !== 0) throw new Error(stderr.trim().split('\n').at(-1))
  return JSON.parse(stdout)
}

/** Returns `{ markdown, results, failures }`. */
export const measureInput = ({ rounds, quick, python }) => {
  const count = quick ? 20_000 : 1_000_000
  const folder = mkdtempSync(join(tmpdir(), 'rxgrad-input-'))
  const [rates, failures] = [{}, []]
  try {
    const files = writeInputs(folder, count)
    const entries = ['csv', 'ndjson'].flatMap((form) => [
      ...Object.keys({ ...own, ...peers[form] }).map((name) => [
        form,
        name,
        process.execPath,
        [here('child.js'), form, name],
      ]),
      ...(python && form === 'csv'
        ? [
            [form, 'River, iter_csv alone', python, [here('river_csv.py'), 'read']],
            [form, 'River, iter_csv to θ', python, [here('river_csv.py'), 'learn']],
          ]
        : []),
    ])
    for (let round = 0; round < rounds; round++)
      for (const [form, name, command, args] of entries) {
        const key = `${form}: ${name}`
        if (failures.some(({ what }) => what === key)) continue
        try {
          const { rows, ms } = measure(command, args, files[form])
          if (rows !== count) throw new Error(`${rows} rows were read; expected ${count}`)
          rates[key] = [...(rates[key] ?? []), (rows / ms) * 1000]
        } catch ({ message }) {
          failures.push({ what: key, reason: message })
        }
      }
  } finally {
    rmSync(folder, { recursive: true })
  }
  const results = Object.fromEntries(Object.entries(rates).map(([key, all]) => [key, summarize(all)]))
  const cells = Object.entries(results).map(([key, { median, spread, max }]) => {
    const base = results[`${key.split(':')[0]}: rxgrad, to θ`].median
    return [key, short(median), `${(100 * spread).toFixed(0)} %`, short(max), (base / median).toFixed(2)]
  })
  const title = `### input: ${count} rows of ten numeric columns from stdin; × is the rate of rxgrad to θ relative to it`
  return { markdown: `${title}\n\n${table(['what', 'rows/s', 'spread', 'best', '×'], cells)}\n`, results, failures }
}
