import { createHash } from 'node:crypto'
import { lastValueFrom, take } from 'rxjs'
import { expect } from 'vitest'
import {
  checkpoint,
  createModel,
  dense,
  encodeModel,
  fromRows,
  learn,
  memoryStore,
  numeric,
  resume,
} from '../../../../operators/index.js'
import type { Source, SourceOptions, SourceRow } from '../../../../src/node/sources/source.js'

const rows = Array.from({ length: 40 }, (_, i) => ({ x: (i * 7) % 11, y: ((i * 31) % 17) / 10 }))
const create = () =>
  createModel({
    features: { x: numeric() },
    target: { y: numeric() },
    layers: [dense(3, 'tanh'), dense(1)],
    cursor: 'at',
  })
type Made = ReturnType<typeof create>
const hashOf = (model: Made): string => createHash('sha256').update(encodeModel(model)).digest('hex')

/**
 * The law of every source with cursors: a learner that is cut off after any row, and goes on from its last checkpoint
 * with what the source has after the cursor, ends with the bits of one that was never cut off.
 */
export const resumed = async (transport: {
  write(rows: readonly object[]): unknown
  open(options: Pick<SourceOptions, 'cursor' | 'from'>): Source<SourceRow>
}): Promise<void> => {
  const read = (model: Made) => fromRows(transport.open({ cursor: 'at', from: model.cursor }))
  const whole = create()
  // The first half is there before anybody reads.
  await transport.write(rows.slice(0, 20))
  const reading = lastValueFrom(read(whole).pipe(take(rows.length), learn(whole)))
  await transport.write(rows.slice(20))
  await reading
  expect(whole.counters.learned).toBe(rows.length)

  const store = memoryStore()
  for (const cut of [3, 4, 11, 9]) {
    const model = create()
    await resume(store, model)
    // The rows after the last checkpoint are learned, and forgotten with the model.
    await new Promise<void>((resolve, reject) => {
      let seen = 0
      const running = read(model)
        .pipe(learn(model), checkpoint(store, { every: 4, of: model }))
        .subscribe({
          next: () => {
            if (++seen < cut) return
            running.unsubscribe()
            resolve()
          },
          error: reject,
        })
    })
  }
  const last = create()
  await resume(store, last)
  const before = last.counters.learned
  expect(before).toBeGreaterThan(8)
  expect(before).toBeLessThan(rows.length)
  await lastValueFrom(read(last).pipe(take(rows.length - before), learn(last)))
  expect(hashOf(last)).toBe(hashOf(whole))
  expect(last.counters.learned).toBe(rows.length)
}
