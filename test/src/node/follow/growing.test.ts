import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { growing } from '../../../../src/node/follow/growing.js'

/** What is done at each wait, in place of waiting. */
const waits = vi.hoisted(() => ({ acts: [] as (() => void)[], lengths: [] as number[] }))
vi.mock('node:timers/promises', () => ({
  async setTimeout(ms: number) {
    waits.lengths.push(ms)
    const act = waits.acts.shift()
    if (act === undefined) throw new Error('a wait more than was expected')
    act()
  },
}))

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-growing-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => {
  waits.acts = []
  waits.lengths = []
})

const config = { format: undefined, delimiter: undefined, longest: 1000 }
/** Reads a file that grows while it is waited for, until it ends. */
const read = async (path: string): Promise<string> => {
  let text = ''
  const { signal } = new AbortController()
  for await (const { bytes } of growing(path, 0, 7, signal, config)) text += bytes
  return text
}

describe('a file that grows', () => {
  it('is read to the end of what is written within one wait after it was seen to be renamed', async () => {
    const path = join(folder, 'rows.ndjson')
    writeFileSync(path, '{"i":0}\n')
    waits.acts = [
      () => appendFileSync(path, '{"i":1}\n'),
      () => {
        renameSync(path, `${path}.1`)
        writeFileSync(path, '{"i":9}\n')
      },
      // By now it is known that the file was renamed.
      () => appendFileSync(`${path}.1`, '{"i":2}\n'),
    ]
    expect(await read(path)).toBe('{"i":0}\n{"i":1}\n{"i":2}\n')
    expect(waits.lengths).toEqual([7, 7, 7])
  })
})
