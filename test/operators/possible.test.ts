import { from, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  category,
  createModel,
  dense,
  evaluate,
  lag,
  learn,
  type Model,
  metrics,
  numeric,
} from '../../operators/index.js'
import type { ScoreboardReport } from '../../src/metrics/scoreboardState.js'
import { openScores } from '../../src/node/cli/output/scores.js'

interface Meter {
  readonly x: number
  readonly y?: number | string | null
}

/** The rows at the beginning have no label, and two cannot be read; then every seventh has no label. */
const rowsOf = (label: (i: number) => number | string): readonly Meter[] =>
  Array.from({ length: 90 }, (_, i) => ({
    x: i === 3 || i === 40 ? Number.POSITIVE_INFINITY : i % 9,
    y: i < 6 || i % 7 === 6 ? null : label(i),
  }))

const create = (features: object, target: object, outputs: number): Model<Meter> =>
  createModel({ features, target, layers: [dense(outputs)] } as never) as Model<Meter>

/** What a model predicts, and what it remembers: a memory raises the step by rows that have no label. */
const kinds: Record<string, { make(): Model<Meter>; label(i: number): number | string }> = {
  'a number': { make: () => create({ x: numeric() }, { y: numeric() }, 1), label: (i) => 1000 + (i % 9) },
  'a number with memory': {
    make: () => create({ x: numeric(), before: lag('x', 1) }, { y: numeric() }, 1),
    label: (i) => 1000 + (i % 9),
  },
  'one of two names': { make: () => create({ x: numeric() }, { y: category() }, 1), label: (i) => 'ab'[i % 2] },
  'one of three names, with memory': {
    make: () => create({ x: numeric(), before: lag('x', 2) }, { y: category() }, 3),
    label: (i) => 'abc'[i % 3],
  },
}

/** The ways in which the rows arrive. */
const forms: Record<string, (rows: readonly Meter[]) => readonly (Meter | readonly Meter[])[]> = {
  'row by row': (rows) => rows,
  'in one array': (rows) => [rows],
  'in arrays of ten': (rows) => Array.from({ length: 9 }, (_, i) => rows.slice(10 * i, 10 * i + 10)),
}

const reportOf = async (model: Model<Meter>, elements: readonly (Meter | readonly Meter[])[], b: number) =>
  (
    await lastValueFrom(
      from(elements).pipe(learn<Meter, Meter | readonly Meter[]>(model, { batch: b }), evaluate(model)),
    )
  ).report()

/** Scores no-change by hand on the labels from place `from` on. */
const noChange = (labels: readonly (number | string)[], start: number, numbers: boolean): number => {
  const scores = labels.slice(start).map((label, k) => {
    const before = labels[start + k - 1]
    return numbers ? Math.abs((label as number) - (before as number)) : Number(label === before)
  })
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}

describe('a prediction that was made before any label was learned is not scored', () => {
  for (const [kind, { make, label }] of Object.entries(kinds))
    for (const [form, elementsOf] of Object.entries(forms))
      for (const b of [1, 7])
        it(`for the model and the baselines: ${kind}, ${form}, b = ${b}`, async () => {
          const rows = rowsOf(label)
          const labels = rows.flatMap(({ x, y }) => (Number.isFinite(x) && y !== null ? [y as number | string] : []))
          const report = await reportOf(make(), elementsOf(rows), b)
          // The rows of the first window are unscored, and all that follow it are scored.
          expect([report.rows, report.unscored]).toEqual([labels.length - b, b])
          const [{ baselines }] = report.metrics
          expect(baselines['no-change'].cumulative).toBeCloseTo(noChange(labels, b, kind.startsWith('a number')), 12)
        })

  it('by the command line neither', () => {
    const count = (report: ScoreboardReport) => [report.rows, report.unscored]
    for (const { make, label } of Object.values(kinds))
      for (const b of [1, 7]) {
        const model = make()
        const scores = openScores(model as unknown as Model)
        const writer = model.stages.take('this test', b)
        const rows = rowsOf(label)
        for (let i = 0; i < rows.length; i += 10) scores.observe(writer.learn(rows.slice(i, i + 10)) as never)
        const labelled = rows.filter(({ x, y }) => Number.isFinite(x) && y !== null).length
        expect(count(scores.report())).toEqual([labelled - b, b])
      }
  })

  it('and is shown all the same', async () => {
    const model = kinds['a number'].make()
    const shown = await lastValueFrom(from(rowsOf(() => 5)).pipe(learn(model), toArray()))
    expect(shown[0].predictions).toMatchObject({ step: 0, value: 0 })
    expect(shown[6].predictions).toMatchObject({ step: 0 })
  })

  it('a model that was restored after its first label is scored at once, and one that was restored before it is not', async () => {
    for (const { make, label } of Object.values(kinds)) {
      const rows = rowsOf(label).filter(({ x, y }) => Number.isFinite(x) && y !== null)
      const [first, again, empty] = [make(), make(), make()]
      first.learn(rows[0])
      again.restore(first.snapshot())
      // A row without a label raises the step of a model with memory.
      first.restore(empty.snapshot())
      first.learn({ x: 1 })
      empty.restore(first.snapshot())
      expect(await reportOf(again, rows.slice(1), 1)).toMatchObject({ rows: rows.length - 1, unscored: 0 })
      expect(await reportOf(first, rows, 1)).toMatchObject({ rows: rows.length - 1, unscored: 1 })
      expect(await reportOf(empty, rows, 1)).toMatchObject({ rows: rows.length - 1, unscored: 1 })
    }
  })

  it('so that a meter that stands at 134,753 kWh has an R² that tells of its good rows', async () => {
    const rows = Array.from({ length: 6000 }, (_, i) => ({ x: i % 24, y: 134_753 + i / 10 + (i % 24) }))
    const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })
    const report = (
      await lastValueFrom(from(rows).pipe(learn(model), evaluate(model, { metrics: [metrics.r2()] })))
    ).report()
    expect(report.metrics[0].model.cumulative).toBeGreaterThan(0.9)
  })
})
