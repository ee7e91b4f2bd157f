import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { cases } from './cases.js'

const run = promisify(execFile)
const program = fileURLToPath(new URL('./memory.ts', import.meta.url))

interface Kept {
  /** The number of bytes that may be kept for each row. */
  readonly atMost: number
  readonly kept: Readonly<Record<string, number>>
}

describe('no memory is kept for the rows that have passed, while a stream goes on', () => {
  let seen: Kept
  beforeAll(async () => {
    // Code that is discarded and compiled again would be counted as memory that is kept.
    const flags = ['--expose-gc', '--no-flush-bytecode', '--import', 'tsx']
    const { stdout } = await run(process.execPath, [...flags, program])
    seen = JSON.parse(stdout) as Kept
  }, 240_000)

  it('in any form of learning, whatever the rows are', () => {
    const keeping = Object.entries(seen.kept).filter(([name, bytes]) => !/^PLANTED/.test(name) && bytes >= seen.atMost)
    expect(keeping).toEqual([])
  })

  it('and a form that keeps a small object for each row is found', () => {
    const planted = Object.entries(seen.kept).filter(([name]) => /^PLANTED/.test(name))
    expect(planted.length).toBeGreaterThan(0)
    for (const [, bytes] of planted) expect(bytes).toBeGreaterThan(seen.atMost)
  })

  it('and every operator is measured', () => {
    const text = readFileSync(program, 'utf8')
    const missing = Object.keys(cases).filter((name) => !new RegExp(`\\b${name}(<[^>]+>)?\\(`).test(text))
    expect(missing).toEqual([])
  })
})
