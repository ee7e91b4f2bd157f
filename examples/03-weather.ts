// This example reads four years of Seattle's weather, a day at a time, and predicts whether it will rain tomorrow. The
// model is a logistic regression in which nothing is tuned.

import { strict as assert } from 'node:assert'
import { fileURLToPath } from 'node:url'
import { category, createModel, cyclic, dense, evaluate, fromLines, learn, numeric } from 'rxgrad'
import { readLines } from 'rxgrad/node'
import { lastValueFrom, map, pairwise, skip } from 'rxjs'

const file = fileURLToPath(new URL('../node_modules/vega-datasets/data/seattle-weather.csv', import.meta.url))

const model = createModel({
  features: {
    high: numeric(),
    low: numeric(),
    wind: numeric(),
    rain: numeric(),
    sky: category({ capacity: 8 }),
    day: cyclic(365.25),
  },
  target: { tomorrow: category({ values: ['dry', 'wet'] }) },
  layers: [dense(1)],
})

const dayOf = (line: string) => {
  const [date = '', rain, high, low, wind, sky = ''] = line.split(',')
  const day = (Date.parse(date) - Date.parse('2012-01-01')) / 86_400_000
  return { day, rain: Number(rain), high: Number(high), low: Number(low), wind: Number(wind), sky }
}

const day$ = fromLines(readLines(file), (line) => line).pipe(skip(1), map(dayOf))
const evaluation = await lastValueFrom(
  day$.pipe(
    pairwise(),
    map(([today, { rain }]) => ({ ...today, tomorrow: rain > 0 ? 'wet' : 'dry' })),
    learn(model),
    evaluate(model),
  ),
)

const { rows, metrics } = evaluation.report()
console.log(`Each of ${rows} days was predicted before it was learned.`)
for (const { name, model: ours, baselines } of metrics) {
  const others = Object.entries(baselines).map(([baseline, score]) => `${baseline} ${score.cumulative.toFixed(3)}`)
  console.log(`${name} ${ours.cumulative.toFixed(3)}, ${others.join(', ')}`)
}

const [accuracy] = metrics
const noChange = accuracy?.baselines['no-change']?.cumulative ?? Number.NaN
assert.ok(rows === 1459 && (accuracy?.model.cumulative ?? 0) > noChange)
