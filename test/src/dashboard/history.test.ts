import { expect, test } from 'vitest'
import { createHistory } from '../../../src/dashboard/history.js'
import type { EvaluationMessage, Happening, Sample, Welcome } from '../../../src/wire/messages.js'
import { description } from '../wire/description.js'

const welcome = (epoch: number, step: number): Welcome => ({
  ...{ type: 'welcome', protocol: 1, model: 'power', models: ['power'], epoch, step, description },
})
const score = (fading: number) => ({ cumulative: 0, rolling: 0, fading })
const evaluation = (step: number, model: number, baseline: number): EvaluationMessage => ({
  ...{ type: 'evaluation', step, rows: step, unscored: 0 },
  metrics: [{ name: 'MAE', better: 'lower', model: score(model), baselines: { 'no-change': score(baseline) } }],
})
const sample = (step: number, loss: number): Sample => ({ type: 'sample', step, x: [], loss })
const event = (kind: string, step: number, count: number): Happening => ({ type: 'event', kind, step, text: '', count })

test('scores and losses become lines: the model, its baselines, and the fading mean of the losses', () => {
  const history = createHistory()
  for (const message of [welcome(1, 5), evaluation(5, 2, 3), evaluation(6, 1, 4), sample(5, 1), sample(6, 3)])
    history.take(message)
  const [curve] = history.curves
  expect(curve).toMatchObject({ name: 'MAE', better: 'lower', players: ['no-change'] })
  expect([...curve!.series.x.subarray(0, 2)]).toEqual([5, 6])
  expect([...curve!.series.high.subarray(0, 4)]).toEqual([2, 3, 1, 4])
  expect([...history.losses.high.subarray(0, 4)]).toEqual([1, 1, 3, expect.closeTo(1.1, 12)])
})

test('a value from before this connection is shown until a newer one arrives, and is not part of a line', () => {
  const history = createHistory()
  for (const message of [welcome(1, 500), evaluation(20, 2, 3), sample(20, 1)]) history.take(message)
  expect([history.curves[0]!.series.x[0], history.losses.x[0]]).toEqual([20, 20])
  for (const message of [evaluation(501, 1, 4), sample(500, 3)]) history.take(message)
  expect([history.curves[0]!.series.length, history.curves[0]!.series.x[0]]).toEqual([1, 501])
  expect([history.losses.length, ...history.losses.high.subarray(0, 2)]).toEqual([1, 3, 3])
  // After a lost connection, no older value is appended.
  for (const message of [welcome(1, 900), evaluation(700, 1, 4), sample(700, 1)]) history.take(message)
  expect([history.curves[0]!.series.length, history.losses.length]).toEqual([1, 1])
})

test('the same run goes on after a new connection, and another run starts anew', () => {
  const history = createHistory()
  for (const message of [welcome(1, 0), evaluation(1, 2, 3), event('drift', 1, 1), welcome(1, 2), event('drift', 1, 1)])
    history.take(message)
  expect(history.curves[0]?.series.length).toBe(1)
  // The newest event of each kind arrived again, and is still one event.
  expect(history.events.length).toBe(1)
  history.take(event('drift', 9, 4))
  expect(history.events.map(({ step }) => step)).toEqual([9, 1])
  expect(history.counts.get('drift')).toBe(4)
  history.take(welcome(2, 0))
  expect([history.curves.length, history.events.length, history.counts.size]).toEqual([0, 0, 0])
})
