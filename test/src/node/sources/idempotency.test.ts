import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Answer } from '../../../../src/node/http/answer.js'
import { createIdempotency } from '../../../../src/node/sources/idempotency.js'
import { runs } from '../../../runs.js'

const statuses = fc.constantFrom(200, 200, 429, 422, 503, 'a failure' as const)

it('takes a key again exactly if it was refused, or so many newer ones have been taken', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', '__proto__'), statuses), { maxLength: 30 }),
      async (keys, requests) => {
        const once = createIdempotency(keys)
        /** The keys that were taken, the newest last. */
        const taken: string[] = []
        for (const [key, status] of requests) {
          let asked = false
          const answer = await once(key, 'digest', async (): Promise<Answer> => {
            asked = true
            if (status === 'a failure') throw new Error(status)
            return { status }
          }).catch(() => undefined)
          expect(asked).toBe(!taken.slice(-keys).includes(key))
          if (!asked) expect(answer).toEqual({ status: 200 })
          else if (status === 200) taken.push(key)
        }
      },
    ),
    { numRuns: runs(300) },
  ))

it('takes a key once while it waits, however many others come', async () => {
  const once = createIdempotency(1)
  let calls = 0
  let settle = (_: Answer): void => {}
  const take = (): Promise<Answer> => {
    calls++
    return new Promise((resolve) => {
      settle = resolve
    })
  }
  const first = once('a', 'digest', take)
  for (let i = 0; i < 5; i++) await once(`other ${i}`, 'digest', async () => ({ status: 200 }))
  const again = once('a', 'digest', take)
  expect((await once('a', 'another', take)).status).toBe(422)
  settle({ status: 200 })
  expect(await Promise.all([first, again])).toEqual([{ status: 200 }, { status: 200 }])
  expect(calls).toBe(1)
})
