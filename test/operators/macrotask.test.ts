import { afterEach, expect, it, vi } from 'vitest'
import { macrotask } from '../../operators/macrotask.js'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('shares the time of one turn between all tasks, in order, and leaves out what is cancelled', async () => {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const done: string[] = []
  const add = (name: string, ms: number): (() => void) =>
    macrotask(() => {
      done.push(name)
      now += ms
      if (name.length === 1) add(`${name}2`, 0)
    })
  add('a', 5)
  add('b', 5)
  add('c', 0)
  const cancel = add('d', 0)
  cancel()
  cancel()
  expect(done).toEqual([])
  await turn()
  expect(done).toEqual(['a', 'b'])
  await turn()
  expect(done).toEqual(['a', 'b', 'c', 'a2', 'b2'])
  await turn()
  expect(done).toEqual(['a', 'b', 'c', 'a2', 'b2', 'c2'])
})

it('goes on with the other tasks after one has thrown', async () => {
  let faults = 0
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', () => faults++)
  macrotask(() => {
    throw new Error('a fault of a task')
  })
  let isDone = false
  macrotask(() => {
    isDone = true
  })
  await turn()
  await turn()
  process.removeAllListeners('uncaughtException')
  for (const listener of listeners) process.on('uncaughtException', listener)
  expect([faults, isDone]).toEqual([1, true])
})

it('runs whatever clock stood in the place of the host before', async () => {
  // A busy machine would leave a task for the turn after.
  vi.spyOn(performance, 'now').mockReturnValue(0)
  const done: string[] = []
  macrotask(() => done.push('real'))
  vi.useFakeTimers({ toFake: ['setImmediate', 'clearImmediate'] })
  macrotask(() => done.push('never'))
  vi.useRealTimers()
  vi.useFakeTimers({ toFake: ['setImmediate', 'clearImmediate'] })
  macrotask(() => done.push('fake'))
  vi.advanceTimersToNextTimer()
  expect(done).toEqual(['fake'])
  vi.useRealTimers()
  macrotask(() => done.push('real again'))
  await turn()
  expect(done).toEqual(['fake', 'real', 'real again'])
})
