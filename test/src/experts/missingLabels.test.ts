import fc from 'fast-check'
import { from, lastValueFrom, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { baselines, createModel, evaluate, experts, learn, metrics, numeric } from '../../../operators/index.js'
import { runs } from '../../runs.js'

interface Reading {
  x: number
  y: number
  w: number
}
/** A stream that repeats itself, in which some labels after the second season are those of a season ago, of weight 0. */
const stream = fc
  .tuple(
    fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 6 }),
    fc.array(fc.boolean(), { minLength: 20, maxLength: 40 }),
  )
  .map(([season, gaps]) => ({
    season,
    rows: [...Array(2 * season.length + 1).fill(false), ...gaps].map(
      (isMissing: boolean, i): Reading => ({ x: i % 3, y: season[i % season.length]!, w: isMissing ? 0 : 1 }),
    ),
  }))

describe('a row of weight 0 whose label stands for a missing one', () => {
  for (const form of ['rows', 'an array'] as const)
    it(`keeps its place in the season of an expert and of a baseline: ${form}`, async () => {
      await fc.assert(
        fc.asyncProperty(stream, async ({ season, rows }) => {
          const model = createModel({
            features: { x: numeric() },
            target: { y: numeric({ scale: 'none' }) },
            weight: 'w',
            experts: { seasonal: experts.seasonal(season.length) },
            precision: 'f64',
          })
          const own = baselines.seasonalNoChange(season.length)
          const scored = rows.filter(({ w }, i) => w > 0 && i > 2 * season.length).length
          const row$ = from(form === 'rows' ? rows : [rows]) as Observable<Reading>
          const told = await lastValueFrom(
            row$.pipe(
              learn(model),
              evaluate(model, { metrics: [metrics.mae()], baselines: [own], rolling: Math.max(1, scored) }),
            ),
          )
          const [mae] = told.report().metrics
          if (scored === 0) return
          expect(mae!.model.rolling).toBeCloseTo(0, 9)
          expect(mae!.baselines[own.name]!.rolling).toBe(0)
        }),
        { numRuns: runs(60) },
      )
    })
})
