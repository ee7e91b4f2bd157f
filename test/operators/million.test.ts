import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)

it('a million rows take no memory, and leave the event loop its turn', { timeout: 240_000 }, async () => {
  const program = fileURLToPath(new URL('./million.ts', import.meta.url))
  const { stdout } = await run(process.execPath, ['--expose-gc', '--import', 'tsx', program])
  const { step, grown, turns, ticks, longestMs } = JSON.parse(stdout)
  expect(step).toBe(1_000_000)
  expect(grown).toBeLessThan(1e6)
  // of its own CPU time, in one stretch: a law of DESIGN §10
  expect(longestMs).toBeLessThan(50)
  expect(turns).toBeGreaterThan(50)
  expect(ticks).toBeGreaterThan(10)
})
