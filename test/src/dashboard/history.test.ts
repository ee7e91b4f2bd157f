import { expect, test } from 'vitest'
import type { Track } from '../../../src/dashboard/charts/track.js'
import { createHistory } from '../../../src/dashboard/history.js'
import type { EvaluationMessage, Happening, HistoryMessage, Sample, Welcome } from '../../../src/wire/messages.js'
import { description } from '../wire/description.js'

const welcome = (epoch: number, step: number): Welcome => ({
  ...{ type: 'welcome', protocol: 1, model: 'power', models: ['power'], epoch, step, description },
})
const score = (fading: number) => ({ cumulative: 0, rolling: 0, fading })
const evaluation = (step: number, model: number, baseline: number): EvaluationMessage => ({
  ...{ type: 'evaluation', step, rows: step, unscored: 0 },
  metrics: [{ name: 'MAE', better: 'lower', model: score(model), baselines: { 'no-change': score(baseline) } }],
})
const row = (step: number, loss: number): Sample => ({
  type: 'sample',
  step,
  x: [],
  y: [step],
  predicted: 10 * step,
  loss,
})
const event = (kind: string, step: number, count: number): Happening => ({ type: 'event', kind, step, text: '', count })

const stepsOf = ({ columns }: Track): readonly number[] => columns[1]
const valuesOf = ({ columns }: Track): readonly (readonly unknown[])[] => columns.slice(2)

test('scores and rows become lines: the model and its baselines, and predictions, truths and losses', () => {
  const history = createHistory()
  for (const message of [welcome(1, 5), evaluation(5, 2, 3), evaluation(6, 1, 4), row(5, 1), row(6, 3)])
    history.take(message)
  const [curve] = history.curves
  expect(curve).toMatchObject({ name: 'MAE', better: 'lower', players: ['no-change'] })
  expect(stepsOf(curve!.track)).toEqual([5, 6])
  expect(valuesOf(curve!.track)).toEqual([
    [2, 1],
    [3, 4],
  ])
  expect(valuesOf(history.rows)).toEqual([
    [50, 60],
    [5, 6],
    [1, 3],
    [1, expect.closeTo(1.1, 12)],
  ])
})

test('the past that a server has kept comes before what is live, once, and at its time', () => {
  const history = createHistory()
  const past: HistoryMessage = {
    type: 'history',
    messages: [
      { ageMs: 9000, message: row(3, 1) },
      { ageMs: 5000, message: event('drift', 4, 1) },
      { ageMs: 2000, message: row(5, 1) },
    ],
  }
  // The newest of each kind is sent after the history too.
  for (const message of [welcome(1, 5), past, row(5, 1), event('drift', 4, 1), row(6, 1)]) history.take(message)
  const [times, steps] = history.rows.columns
  expect(steps).toEqual([3, 5, 6])
  expect(times[2]! - times[0]!).toBeCloseTo(9, 0)
  expect(history.events.length).toBe(1)
})

test('lines are not joined over what was missed, but over what the history of the server fills in', () => {
  const history = createHistory()
  for (const message of [welcome(1, 1), row(1, 1), welcome(1, 9), row(9, 1)]) history.take(message)
  expect(valuesOf(history.rows)[1]).toEqual([1, null, 9])
  history.interrupt()
  history.take(row(10, 1))
  expect(valuesOf(history.rows)[1]).toEqual([1, null, 9, null, 10])
  history.take(welcome(1, 12))
  history.take({ type: 'history', messages: [10, 11].map((step) => ({ ageMs: 99_000, message: row(step, 1) })) })
  expect(valuesOf(history.rows)[1]).toEqual([1, null, 9, null, 10, 11])
})

test('the same run goes on after a new connection, and another run starts anew', () => {
  const history = createHistory()
  for (const message of [welcome(1, 0), evaluation(1, 2, 3), event('drift', 1, 1), welcome(1, 2), event('drift', 1, 1)])
    history.take(message)
  expect(history.curves[0]?.track.length).toBe(1)
  // The newest event of each kind arrived again, and is still one event.
  expect(history.events.length).toBe(1)
  history.take(welcome(2, 0))
  expect([history.curves.length, history.events.length, history.counts.size]).toEqual([0, 0, 0])
})

test('the events that are listed stand for as many as are counted', () => {
  const history = createHistory()
  for (const message of [welcome(1, 0), event('drift', 1, 1), event('drift', 9, 4), event('clipping', 9, 1)])
    history.take(message)
  expect(history.events.map(({ step, times }) => [step, times])).toEqual([
    [9, 1],
    [9, 3],
    [1, 1],
  ])
  expect([...history.counts]).toEqual([
    ['drift', 4],
    ['clipping', 1],
  ])
})
