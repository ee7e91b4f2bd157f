import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gather } from '../../../../src/node/sources/gather.js'
import { runs } from '../../../runs.js'

// The readings that were inspected first are not lost, and the source is closed once, however its reader ends.

const plan = fc.record({
  chunks: fc.array(fc.array(fc.nat(9), { maxLength: 4 }), { maxLength: 8 }),
  count: fc.integer({ min: 0, max: 12 }),
  /** The number of arrays after which the reader stops or throws. */
  stopAfter: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  throws: fc.boolean(),
  /** The number of arrays after which the source fails. */
  failAfter: fc.option(fc.nat(8), { nil: undefined }),
})

test('a source is read completely, and closed when its reader stops, throws or has read it to the end', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ chunks, count, stopAfter, throws, failAfter }) => {
      let closed = 0
      let pulled = 0
      const source: AsyncIterable<readonly number[]> = {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            if (pulled === failAfter) throw new Error('the source')
            if (pulled === chunks.length || closed > 0) return { done: true, value: undefined }
            return { done: false, value: chunks[pulled++]! }
          },
          return: async () => {
            closed++
            return { done: true, value: undefined }
          },
        }),
      }
      const gathered = await gather(source, { count, withinMs: 1e6 }).catch((error: Error) => error)
      if (gathered instanceof Error) {
        expect(gathered.message).toBe('the source')
        return
      }
      const flat = chunks.flat()
      expect(gathered.first).toEqual(flat.slice(0, Math.min(count, chunks.slice(0, pulled).flat().length)))

      const read: (readonly number[])[] = []
      const reading = async (): Promise<void> => {
        for await (const chunk of gathered.all) {
          read.push(chunk)
          if (read.length !== stopAfter) continue
          if (throws) throw new Error('the reader')
          break
        }
      }
      const error = await reading().then(
        () => undefined,
        ({ message }: Error) => message,
      )
      expect(read).toEqual(chunks.slice(0, read.length))
      const stopped = stopAfter !== undefined && read.length === stopAfter
      if (stopped) expect(error).toBe(throws ? 'the reader' : undefined)
      else if (failAfter !== undefined && failAfter <= chunks.length) expect(error).toBe('the source')
      else expect([error, read.length]).toEqual([undefined, chunks.length])
      expect(closed).toBe(1)
    }),
    { numRuns: runs(900) },
  )
})
