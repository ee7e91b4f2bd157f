import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { from, lastValueFrom } from 'rxjs'
import { expect, test } from 'vitest'
import { evaluate, forecast, forecaster, learn } from '../../operators/index.js'
import { dataOr } from '../data.js'

test('airline passengers by a forecaster: a mean absolute error of at most 9.5 a month ahead, and of 33.8 a year ahead', async (context) => {
  const [, ...lines] = readFileSync(join(dataOr(context), 'airline-passengers.csv'), 'utf8')
    .trim()
    .split('\n')
  const rows = lines.map((line) => {
    const [month, passengers] = line.split(',')
    return { month: month!, passengers: Number(passengers) }
  })
  const made = (horizon: number) =>
    forecaster({ target: 'passengers', time: 'month', horizon, season: 12, lags: [1, 12] })
  const [alone, month, year] = [made(1), made(1), made(12)]
  const errors = await Promise.all(
    [
      from(rows).pipe(learn(alone), evaluate(alone)),
      from(rows).pipe(forecast(month), evaluate(month)),
      from(rows).pipe(forecast(year, { horizon: 12 }), evaluate(year)),
    ].map(async (scored) => (await lastValueFrom(scored)).report().metrics[0]!.model.cumulative),
  )
  console.log(errors)
  expect(errors[0]).toBeLessThan(9.5)
  expect(errors[1]).toBeLessThan(9.5)
  expect(errors[2]).toBeLessThan(25)
})
