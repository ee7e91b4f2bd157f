// This example reads four years of Seattle's weather, a day at a time, and forecasts the highest temperature of three days
// later, with an interval in which it should lie nine times out of ten. Nothing is tuned.

import { strict as assert } from 'node:assert'
import { fileURLToPath } from 'node:url'
import { createModel, evaluate, experts, forecast, fromLines, intervals, lag, numeric, rolling, time } from 'rxgrad'
import { readLines } from 'rxgrad/node'
import { lastValueFrom, map, share, skip } from 'rxjs'

const file = fileURLToPath(new URL('../node_modules/vega-datasets/data/seattle-weather.csv', import.meta.url))

const model = createModel({
  features: {
    date: time({ of: ['month'] }),
    // When the forecast is made, the temperature of the row itself is known, and is the last one.
    today: lag('high', 1),
    yesterday: lag('high', 2),
    'of 30 days': rolling('high', 30),
    low: numeric(),
    wind: numeric(),
    rain: numeric(),
  },
  target: { high: numeric() },
  experts: experts.auto(),
})

const dayOf = (line: string) => {
  const [date = '', rain, high, low, wind] = line.split(',')
  return { date, rain: Number(rain), high: Number(high), low: Number(low), wind: Number(wind) }
}

const forecast$ = fromLines(readLines(file), (line) => line).pipe(
  skip(1),
  map(dayOf),
  forecast(model, { horizon: 3 }),
  intervals(model, { coverage: 0.9 }),
  share(),
)
const [last, evaluation] = await Promise.all([lastValueFrom(forecast$), lastValueFrom(forecast$.pipe(evaluate(model)))])

const { rows, metrics } = evaluation.report()
for (const { name, model: ours, baselines } of metrics) {
  const others = Object.entries(baselines).map(([baseline, score]) => `${baseline} ${score.cumulative.toFixed(3)}`)
  console.log(`${name} over ${rows} days: ${ours.cumulative.toFixed(3)}, ${others.join(', ')}`)
}
const { interval, value } = last.forecast!
console.log(`${(100 * interval.coverage).toFixed(1)} % of days lay within their intervals.`)
console.log(
  `In three days: ${Number(value).toFixed(1)} °C, from ${interval.lower.toFixed(1)} to ${interval.upper.toFixed(1)}`,
)

const [error] = metrics
assert.ok(error!.model.cumulative < 0.95 * error!.baselines['no-change']!.cumulative)
assert.ok(Math.abs(interval.coverage - 0.9) < 0.01)
