import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holtWinters, linear, majorityClass, mean, noChange, seasonalNoChange } from '../../../src/baselines/index.js'
import {
  accuracy,
  cumulative,
  logLoss,
  mae,
  type Observation,
  rmse,
  rocAuc,
  type Scoreboard,
  scoreboard,
} from '../../../src/metrics/index.js'
import { createObservations } from '../../../src/metrics/observations.js'
import type { ScoredRows } from '../../../src/metrics/scoreboardColumns.js'
import { dataOr } from '../../data.js'
import { runs } from '../../runs.js'
import { rowsFor } from './rows.js'

function reportOf(board: Scoreboard, rows: readonly Observation[]) {
  const state = board.init()
  for (const row of rows) board.update(state, row)
  return board.report(state)
}

/** Returns observations as columns. */
function columnsOf(rows: readonly Observation[]): ScoredRows {
  const model = createObservations(rows.length)
  model.count = rows.length
  for (const [i, { actual, predicted, probabilities, weight }] of rows.entries()) {
    model.actual[i] = actual
    model.predicted[i] = predicted
    model.weight[i] = weight
    model.known[i] = probabilities?.length ?? -1
    model.share[i] = probabilities?.[actual] ?? Number.NaN
  }
  return { model, truth: Float64Array.from(rows, ({ actual, committed }) => committed ?? actual) }
}

const row = (actual: number, predicted: number, weight = 1): Observation => ({ actual, predicted, weight })

describe('scoreboard', () => {
  it('shows every metric of the model beside every baseline', () => {
    const report = reportOf(scoreboard({ task: 'regression', rolling: 2 }), [row(4, 3), row(6, 6), row(8, 5)])
    expect(report.rows).toBe(3)
    expect(report.metrics.map(({ name, better }) => [name, better])).toEqual([
      ['MAE', 'lower'],
      ['RMSE', 'lower'],
      ['R²', 'higher'],
    ])
    const [error] = report.metrics
    expect(error.model.cumulative).toBe(4 / 3)
    expect(error.model.rolling).toBe(1.5)
    // The first row is predicted as 0: the errors are |4 − 0|, |6 − 4| and |8 − 6|, and the means are 0, 4 and 5.
    expect(error.baselines['no-change'].cumulative).toBe(8 / 3)
    expect(error.baselines['running mean'].cumulative).toBe(9 / 3)
    expect(error.baselines['no-change'].rolling).toBe(2)
  })

  it('gives NaN everywhere before the first row', () => {
    const { rows, metrics } = reportOf(scoreboard({ task: 'classification' }), [])
    expect(rows).toBe(0)
    for (const { model, baselines } of metrics)
      for (const score of [model, ...Object.values(baselines)])
        expect(Object.values(score)).toEqual([Number.NaN, Number.NaN, Number.NaN])
  })

  it('counts rows with a truth and a prediction; the baselines learn every truth', () => {
    const report = reportOf(scoreboard({ task: 'regression', metrics: [mae()] }), [
      row(4, Number.NaN), // no prediction
      row(Number.NaN, 4), // no truth
      row(5, 5),
      row(9, 0, 0), // weighs nothing
      row(9, Number.POSITIVE_INFINITY),
      row(9, 8),
    ])
    expect([report.rows, report.unscored]).toEqual([2, 3])
    expect(report.metrics[0].model.cumulative).toBe(0.5)
    expect(report.metrics[0].baselines['no-change'].cumulative).toBe(0.5) // The errors are |5 − 4| and |9 − 9|.
  })

  it('its baselines learn a new class by the index that the class was given since', () => {
    const rows: Observation[] = [
      { actual: -1, committed: 0, predicted: -1, weight: 1 },
      { actual: -1, committed: 0, predicted: -1, weight: 1 }, // in one window with the row before
      { actual: 0, predicted: 0, probabilities: [1], weight: 1 },
    ]
    const [hits] = reportOf(scoreboard({ task: 'classification' }), rows).metrics
    expect(hits.model.cumulative).toBe(1 / 3)
    expect(hits.baselines['no-change'].cumulative).toBe(2 / 3)
    expect(hits.baselines['majority class'].cumulative).toBe(2 / 3)
  })

  it.each(['regression', 'classification'] as const)('resumes from JSON with the same bits: %s', (task) => {
    const board = () => scoreboard({ task, rolling: 5, fading: 0.9 })
    fc.assert(
      fc.property(rowsFor(task === 'regression' ? mae() : accuracy()), (rows) => {
        const straight = board().init()
        let saved = JSON.stringify(straight)
        for (const observation of rows) {
          board().update(straight, observation)
          const state = board().resume(JSON.parse(saved))
          board().update(state, observation)
          saved = JSON.stringify(state)
        }
        expect(saved).toBe(JSON.stringify(straight))
        expect(board().report(JSON.parse(saved))).toEqual(board().report(straight))
      }),
      { numRuns: runs(150) },
    )
  })

  it.each(['regression', 'classification'] as const)(
    'rows together leave the state that they leave one by one: %s',
    (task) => {
      const board = scoreboard({ task, rolling: 5, fading: 0.9 })
      const count = fc.integer({ min: 1, max: 40 })
      const unscored = fc.constantFrom(false, false, false, true)
      fc.assert(
        fc.property(
          rowsFor(task === 'regression' ? mae() : accuracy()),
          fc.array(unscored),
          count,
          (given, none, size) => {
            // Some rows have no prediction, and some classes got their column only by their row.
            const rows = given.map((each, i): Observation => {
              const committed =
                task === 'classification' && each.actual < 0 ? { committed: each.probabilities!.length } : {}
              return { ...each, ...committed, ...(none[i] && { predicted: Number.NaN }) }
            })
            const [one, blocks, inColumns] = [board.init(), board.init(), board.init()]
            for (const each of rows) board.update(one, each)
            for (let from = 0; from < rows.length; from += size) {
              const to = Math.min(rows.length, from + size)
              board.updateRows(blocks, from, to, (i) => rows[i]!)
              board.updateColumns!(inColumns, columnsOf(rows.slice(from, to)))
            }
            expect(JSON.stringify(blocks)).toBe(JSON.stringify(one))
            expect(JSON.stringify(inColumns)).toBe(JSON.stringify(one))
          },
        ),
        { numRuns: runs(300) },
      )
    },
  )

  it('reads columns only if all of its members do', () => {
    expect(scoreboard({ task: 'classification' }).updateColumns).toBeDefined()
    expect(scoreboard({ task: 'classification', metrics: [rocAuc()] }).updateColumns).toBeUndefined()
    const { play: _, ...slow } = noChange()
    expect(scoreboard({ task: 'regression', baselines: [slow] }).updateColumns).toBeUndefined()
  })

  it('scores the model as the metric alone does', () => {
    fc.assert(
      fc.property(rowsFor(logLoss()), (rows) => {
        const form = cumulative(logLoss())
        const state = form.init()
        for (const observation of rows) form.update(state, observation)
        const board = scoreboard({ task: 'classification', metrics: [accuracy(), logLoss(), rocAuc()] })
        expect(reportOf(board, rows).metrics[1].model.cumulative).toBe(form.value(state))
      }),
    )
  })

  it('throws an error that says what is wrong with a configuration or a saved state', () => {
    expect(() => scoreboard({ task: 'classification', metrics: [mae()] })).toThrow(
      "scoreboard: the metric 'MAE' is for regression, but the task is classification; take it out of metrics",
    )
    expect(() => scoreboard({ task: 'classification', baselines: [mean()] })).toThrow(
      "the baseline 'running mean' is for",
    )
    expect(() => scoreboard({ task: 'regression', metrics: [mae(), rmse(), mae()] })).toThrow("metrics has 'MAE' twice")
    expect(() => scoreboard({ task: 'regression', rolling: 0 })).toThrow('rolling: size is 0')
    const saved = scoreboard({ task: 'regression', metrics: [mae()] }).init()
    expect(() => scoreboard({ task: 'regression' }).resume(saved)).toThrow(
      /saved state is of metrics MAE with .*expected metrics MAE, RMSE, R²/,
    )
    expect(() => scoreboard({ task: 'regression', rolling: 9, metrics: [mae()] }).resume(saved)).toThrow('2/9/0.999')
    for (const other of [null, 3, {}, { metrics: [], baselines: [], scores: [[{}]] }])
      expect(() => scoreboard({ task: 'regression' }).resume(other)).toThrow('scoreboard: the saved state is of')
  })
})

it('a saved state of which any number in a list is null is refused, and one that is whole is not', () => {
  const board = scoreboard({
    ...{ task: 'regression', rolling: 5, confidence: 0.9 },
    baselines: [seasonalNoChange(3), holtWinters({ season: 3 }), linear({ lags: 2 })],
  })
  const state = board.init()
  for (let i = 0; i < 40; i++) board.update(state, { actual: (i * i) % 7, predicted: i % 3, weight: 1 })
  let lists = 0
  const visit = (part: unknown): void => {
    if (Array.isArray(part) && typeof part[0] === 'number') {
      lists++
      const [first] = part
      part[0] = null
      expect(() => board.resume(state)).toThrow('scoreboard: the saved state has')
      part[0] = first
    } else if (typeof part === 'object' && part !== null) for (const each of Object.values(part)) visit(each)
  }
  visit(state)
  expect(lists).toBeGreaterThan(60)
  expect(board.resume(state)).toBe(state)
})

describe('electricity', () => {
  it('no-change is right in 38,664 of 45,312 rows, as in River, where the first row is wrong', (context) => {
    const [header, ...lines] = readFileSync(join(dataOr(context), 'electricity.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
    const column = header.split(',').indexOf('class')
    const indices = new Map<string, number>() // They are in the order of their first appearance, as in a vocabulary.
    const board = scoreboard({
      task: 'classification',
      metrics: [accuracy(), logLoss(), rocAuc()],
      baselines: [noChange(), majorityClass()],
    })
    const state = board.init()
    let ups = 0
    for (const line of lines) {
      const label = line.split(',')[column]
      const actual = indices.get(label) ?? -1
      if (actual < 0) indices.set(label, indices.size)
      const committed = indices.get(label)!
      board.update(state, { actual, committed, predicted: -1, weight: 1 })
      ups += label === '1' ? 1 : 0
    }
    const { rows, metrics } = board.report(state)
    const [hits, cost, area] = metrics.map(({ baselines }) => baselines)
    expect(rows).toBe(45_312)
    expect(hits['no-change'].cumulative).toBe(38_664 / 45_312)
    // A coin of known odds has the entropies of "changed" and of the class.
    const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p)
    expect(cost['no-change'].cumulative).toBeCloseTo(entropy(6_647 / 45_311), 3)
    expect(cost['majority class'].cumulative).toBeCloseTo(entropy(ups / 45_312), 2)
    expect(area['no-change'].cumulative).toBeGreaterThan(0.84)
  })
})
