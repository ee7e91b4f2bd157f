import { expect, it } from 'vitest'
import { createHeap } from '../../../src/kernels/host/heap.js'

/** A memory of at most `most` pages, which refuses to grow beyond them as a WebAssembly.Memory does. */
const memoryOf = (most: number): Parameters<typeof createHeap>[0] => {
  const memory = {
    buffer: new ArrayBuffer(65536),
    grow(pages: number) {
      const before = memory.buffer
      if (before.byteLength / 65536 + pages > most) throw new RangeError('the memory cannot grow')
      memory.buffer = new ArrayBuffer(before.byteLength + 65536 * pages)
      new Uint8Array(memory.buffer).set(new Uint8Array(before))
      return before.byteLength / 65536
    },
  }
  return memory
}

it('a heap that is full refuses what does not fit, and goes on serving what does', () => {
  const heap = createHeap(memoryOf(64), 0)
  const before = heap.createArena(1000)
  before.bytes.fill(7)
  expect(() => heap.take(64 * 65536)).toThrow(/^\d+ MB more are needed; expected models that fit in 4 GB together\.$/)
  const after = heap.createArena(100_000)
  expect(after.base).toBeGreaterThanOrEqual(before.base + 1000)
  expect(after.bytes.every((byte) => byte === 0)).toBe(true)
  expect(before.bytes.subarray(0, 1000).every((byte) => byte === 7)).toBe(true)
})
