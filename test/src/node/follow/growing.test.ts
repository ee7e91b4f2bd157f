import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { growing } from '../../../../src/node/follow/growing.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-growing-'))
afterAll(() => rmSync(folder, { recursive: true }))

const config = { format: undefined, delimiter: undefined, longest: 1000 }
/** Reads a file that grows until it ends, where each of the acts is done in place of a wait of 7 ms. */
const read = async (path: string, acts: readonly (() => void)[]): Promise<string> => {
  const left = [...acts]
  const wait = async (ms: number): Promise<boolean> => {
    expect(ms).toBe(7)
    const act = left.shift()
    if (act === undefined) throw new Error('It waits more often than was expected.')
    act()
    return true
  }
  let text = ''
  const { signal } = new AbortController()
  for await (const { bytes } of growing(path, 0, 7, signal, config, wait)) text += bytes
  expect(left).toEqual([])
  return text
}

describe('a file that grows', () => {
  it('is read to the end of what is written within one wait after it was seen to be renamed', async () => {
    const path = join(folder, 'rows.ndjson')
    writeFileSync(path, '{"i":0}\n')
    const acts = [
      () => appendFileSync(path, '{"i":1}\n'),
      () => {
        renameSync(path, `${path}.1`)
        writeFileSync(path, '{"i":9}\n')
      },
      // By now it is known that the file was renamed.
      () => appendFileSync(`${path}.1`, '{"i":2}\n'),
    ]
    expect(await read(path, acts)).toBe('{"i":0}\n{"i":1}\n{"i":2}\n')
  })
})
