import { expect, test } from 'vitest'
import { createMailbox } from '../../../src/client/mailbox.js'

const take = async <T>(items: AsyncIterator<T>, count: number): Promise<T[]> => {
  const taken: T[] = []
  for (let i = 0; i < count; i += 1) taken.push((await items.next()).value)
  return taken
}

test('a reader gets the newest item of each key, in the order in which the keys arrived', async () => {
  const box = createMailbox<string>()
  const reader = box.items[Symbol.asyncIterator]()
  for (let i = 0; i < 1000; i += 1) box.put(i % 2 ? 'odd' : 'even', `${i}`)
  expect(await take(reader, 2)).toEqual(['998', '999'])
})

test('every reader gets all items, and one that comes later begins with the newest', async () => {
  const box = createMailbox<number>()
  const early = box.items[Symbol.asyncIterator]()
  box.put('a', 1)
  expect(await take(early, 1)).toEqual([1])
  box.put('a', 2)
  const late = box.items[Symbol.asyncIterator]()
  expect(await take(late, 1)).toEqual([2])
  expect(await take(early, 1)).toEqual([2])
})

test('waiting readers resume in order; after the end, the rest is read, and then reading ends or throws', async () => {
  const box = createMailbox<number>()
  const reader = box.items[Symbol.asyncIterator]()
  const waiting = Promise.all([reader.next(), reader.next()])
  box.put('a', 1)
  box.put('a', 2)
  expect((await waiting).map(({ value }) => value)).toEqual([1, 2])
  box.put('a', 3)
  box.end(new Error('over'))
  box.put('a', 4)
  expect((await reader.next()).value).toBe(3)
  await expect(reader.next()).rejects.toThrow('over')
  await expect(box.items[Symbol.asyncIterator]().next()).resolves.toMatchObject({ value: 3 })
})

test('returning ends a reader, even one that waits', async () => {
  const box = createMailbox<number>()
  const reader = box.items[Symbol.asyncIterator]()
  const waiting = reader.next()
  expect(await reader.return?.()).toEqual({ done: true, value: undefined })
  expect((await waiting).done).toBe(true)
  box.put('a', 1)
  expect((await reader.next()).done).toBe(true)
})

test('clear removes what has not been read', async () => {
  const box = createMailbox<number>()
  const reader = box.items[Symbol.asyncIterator]()
  box.put('a', 1)
  box.clear()
  box.put('b', 2)
  expect(await take(reader, 1)).toEqual([2])
})
