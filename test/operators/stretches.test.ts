import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const program = fileURLToPath(new URL('./stretches.ts', import.meta.url))
/** The largest number of milliseconds between two macrotasks, in the process's own CPU time, as DESIGN §10 says. */
const MOST_MS = 50

describe('a source lets the event loop turn', () => {
  let longestMs: Readonly<Record<string, number>>
  beforeAll(async () => {
    const { stdout } = await run(process.execPath, ['--import', 'tsx', program])
    longestMs = JSON.parse(stdout)
  }, 240_000)
  const longer = () => Object.keys(longestMs).filter((name) => (longestMs[name] as number) > MOST_MS)

  it('at least every 50 ms of work, and one that does not is found', () => {
    expect(longer()).toEqual(['PLANTED, an async iterable by itself'])
  })

  it('and every source is measured', () => {
    const folder = (path: string) => readdirSync(fileURLToPath(new URL(path, import.meta.url)))
    const exported =
      /^export (?:const|async function\*|function\*) (read(?:Lines|Text)|openTable|paced|hostReadings)\b/m
    const node = folder('../../src/node/sources').flatMap((file) => {
      const text = readFileSync(fileURLToPath(new URL(`../../src/node/sources/${file}`, import.meta.url)), 'utf8')
      return text.match(exported)?.slice(1) ?? []
    })
    const operators = folder('../../operators').flatMap((file) => file.match(/^(from\w+)\.ts$/)?.slice(1) ?? [])
    expect([operators.length, node.length]).toEqual([4, 5])
    for (const name of [...operators, ...node])
      expect(Object.keys(longestMs)).toContainEqual(expect.stringMatching(`^${name}`))
  })
})
