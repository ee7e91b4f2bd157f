import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRecent } from '../../../../src/node/server/recent.js'
import { decodeMessage, type EvaluationMessage, type HistoryMessage, type Sample } from '../../../../src/wire/index.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

const period = 50
const pass = (ms: number): void => void vi.advanceTimersByTime(ms)
const sample = (step: number): Sample => ({
  ...{ type: 'sample', step, x: [1, 2, 3], y: [step, 9], row: { a: 'text' }, predicted: 'A', loss: 0.5 },
})
const evaluation = (step: number): EvaluationMessage => ({
  type: 'evaluation',
  step,
  rows: step,
  unscored: 0,
  metrics: [],
})
const historyOf = (recent: ReturnType<typeof createRecent>): HistoryMessage['messages'] =>
  (decodeMessage(recent.encoded()!) as HistoryMessage).messages

test('a history has what was shown, in its order, with its age, and of a row what a chart shows', () => {
  const recent = createRecent(period)
  expect(recent.encoded()).toBeUndefined()
  recent.add(sample(1))
  pass(100)
  recent.add({ type: 'event', kind: 'drift', step: 1, text: 'a drift', count: 1 })
  pass(100)
  recent.add(evaluation(2))
  const messages = historyOf(recent)
  expect(messages.map(({ ageMs, message }) => [ageMs, message.type])).toEqual([
    [200, 'sample'],
    [100, 'event'],
    [0, 'evaluation'],
  ])
  expect(messages[0]!.message).toEqual({ type: 'sample', step: 1, x: [], y: [1], predicted: 'A', loss: 0.5 })
})

test('however much is shown, what is kept is bounded in number and in age', () => {
  const recent = createRecent(period)
  for (let step = 0; step < 100_000; step += 1) {
    recent.add(sample(step))
    recent.add(evaluation(step))
    recent.add({ type: 'event', kind: 'drift', step, text: '', count: step + 1 })
    pass(7)
  }
  const kept = historyOf(recent)
  const count = (type: string): number => kept.filter(({ message }) => message.type === type).length
  expect(count('sample')).toBe(2000)
  expect(count('event')).toBe(60)
  expect(count('evaluation')).toBeGreaterThan(290)
  expect(count('evaluation')).toBeLessThanOrEqual(300)
  expect(kept.at(-1)!.message.step).toBe(99_999)
  pass(5 * 60_000 + 1000)
  expect(recent.encoded()).toBeUndefined()
})
