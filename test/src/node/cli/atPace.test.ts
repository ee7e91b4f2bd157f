import { expect, test } from 'vitest'
import { atPace } from '../../../../src/node/cli/learning/atPace.js'

async function* arrays(...sizes: readonly number[]): AsyncGenerator<readonly number[]> {
  let next = 0
  for (const size of sizes) yield Array.from({ length: size }, () => next++)
}

test('all rows come in their order, and no sooner than their rate says', async () => {
  const { signal } = new AbortController()
  const began = performance.now()
  const rows: number[] = []
  for await (const piece of atPace(arrays(7, 0, 50, 3), 300, signal)) {
    rows.push(...piece)
    // A piece goes out at the time of its first row.
    expect(performance.now() - began).toBeGreaterThan(((rows.length - piece.length) / 300) * 1000 - 5)
  }
  expect(rows).toEqual(Array.from({ length: 60 }, (_, i) => i))
})

test('an abort ends it at once, however slow it is', async () => {
  const stop = new AbortController()
  const pieces = atPace(arrays(10), 0.001, stop.signal)
  expect(await pieces.next()).toEqual({ done: false, value: [0] })
  setTimeout(() => stop.abort(), 10)
  expect(await pieces.next()).toEqual({ done: true, value: undefined })
})
