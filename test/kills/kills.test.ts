import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../bundle.js'
import { deep } from '../runs.js'
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

/** A few of the models and sources; `npm run soak` has all of them. */
const few = [
  'dense adam, file',
  'auto, a stream of labels, drift, http',
  ...(deep ? ['sparse ftrl, new names, mqtt', 'auto, lags, late labels, drift, http'] : []),
]
const series = plan(7, few.length, 1, 90, (name, source) => few.includes(`${name}, ${source}`))

describe('a process that is killed, again and again', () => {
  it.each(series.map((each) => [`${each.name}, ${each.source}`, each] as const))(
    'comes to what one that was never killed comes to: %s',
    async (_, each) => {
      const { problems } = await runSeries(child, each)
      expect(problems).toEqual([])
    },
    60_000,
  )
})
