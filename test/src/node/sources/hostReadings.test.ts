import { expect, it } from 'vitest'
import { hostReadings } from '../../../../src/node/index.js'

it('readings of this host are finite, within their ranges, and tell of a processor that works', async () => {
  const work = (): void => {
    for (const end = Date.now() + 250; Date.now() < end; ) Math.sqrt(end)
  }
  const readings = hostReadings({ everyMs: 1 })
  const first = readings.next()
  // The first reading comes after this, and covers it.
  await new Promise((resolve) => setTimeout(resolve, 20))
  work()
  await first
  setTimeout(work, 0)
  const { value: reading } = await readings.next()
  await readings.return(undefined)
  const { cpu, memory, eventLoopDelay, ...others } = reading!
  for (const share of [
    cpu,
    memory,
    ...Object.entries(others).flatMap(([name, x]) => (/^core/.test(name) ? [x] : [])),
  ]) {
    expect(share).toBeGreaterThanOrEqual(0)
    expect(share).toBeLessThanOrEqual(100)
  }
  expect(cpu).toBeGreaterThan(0)
  expect(Object.values(reading!).every(Number.isFinite)).toBe(true)
})
