import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../bundle.js'
import { plan } from './plan.js'
import { runSeries } from './series.js'

let folder: string
let child: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxgrad-child-'))
  child = join(folder, 'child.mjs')
  const url = new URL('./child.ts', import.meta.url)
  await bundle(readFileSync(url, 'utf8'), child, url)
})
afterAll(() => rm(folder, { recursive: true }))

describe('a process that is killed, again and again', () => {
  it.each(plan(7, 6, 1, 120).map((series) => [`${series.name}, ${series.source}`, series] as const))(
    'comes to what one that was never killed comes to: %s',
    async (_, series) => {
      const { problems } = await runSeries(child, series)
      expect(problems).toEqual([])
    },
    60_000,
  )
})
