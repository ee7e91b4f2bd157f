import { from, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { baselines, evaluate, forecast, forecaster, numeric, time } from '../../../operators/index.js'
import { createModel } from '../../../src/model/createModel.js'
import { readArgs } from '../../../src/node/cli/arguments/args.js'
import { configurationOf } from '../../../src/node/cli/models/configure.js'
import { withLags } from '../../../src/node/cli/models/lagColumns.js'
import { createRandom } from '../../../src/random.js'

/** Ten years of months: a trend, a season that grows with it, and noise. */
const random = createRandom(4, 'months')
const months = Array.from({ length: 120 }, (_, i) => {
  const level = 100 + 2 * i
  const season = [0, 1, 5, 4, 3, 8, 12, 11, 6, 2, -2, 1][i % 12]!
  const month = `${1990 + Math.floor(i / 12)}-${`${(i % 12) + 1}`.padStart(2, '0')}`
  return { month, sold: level + (level * season) / 50 + 2 * random.normal(i) }
})

describe('a forecaster', () => {
  it('beats no change and the seasonal naive forecast, a month and a year ahead', async () => {
    for (const horizon of [1, 12]) {
      const model = forecaster({ target: 'sold', time: 'month', horizon, season: 12, lags: [1, 12] })
      const { report } = await lastValueFrom(
        from(months).pipe(
          forecast(model),
          evaluate(model, { baselines: [baselines.noChange(), baselines.seasonalNoChange(12)] }),
        ),
      )
      const { model: ours, baselines: others } = report().metrics[0]!
      for (const other of Object.values(others)) expect(ours.cumulative).toBeLessThan(0.85 * other.cumulative)
    }
  })

  it.each([undefined, 3, 12])('is what the command learns by with the same options; horizon %s', (horizon) => {
    const args = ['-', '--target', 'sold', '--season', '12', ...(horizon ? ['--horizon', `${horizon}`] : [])]
    const features = { month: time({ of: ['month'] }), wind: numeric() }
    const own = { target: 'sold', season: 12, features, ...(horizon && { horizon }) } as const
    for (const lags of [[1], [1, 2, 12]]) {
      const request = readArgs([...args, '--lags', lags.join()])
      const schema = withLags({ features, target: { sold: numeric() }, notices: [] } as never, request, undefined)
      const command = createModel(configurationOf(request, schema, false))
      expect(forecaster({ ...own, lags }).hash).toBe(command.hash)
    }
  })

  it.each([undefined, 2, 12])('says for itself how many rows ahead it predicts; horizon %s', async (horizon) => {
    const make = () => forecaster({ target: 'sold', season: 12, ...(horizon && { horizon }) })
    const forecastsOf = async (given?: number): Promise<unknown[]> => {
      const told = from(months).pipe(forecast(make(), given === undefined ? undefined : { horizon: given }), toArray())
      return (await lastValueFrom(told)).map((each) => each.forecast?.value)
    }
    expect(await forecastsOf()).toEqual(await forecastsOf(horizon ?? 1))
    expect(() => forecast(make(), { horizon: 5 })).toThrow(
      `forecast: horizon is 5, but the model was made for ${horizon ?? 1}; leave it out, or give it to forecaster({ horizon: 5 }).`,
    )
    // Nothing in a model without a season depends on the horizon.
    expect(() => forecast(forecaster({ target: 'sold' }), { horizon: 5 })).not.toThrow()
    expect(() => forecast(forecaster({ target: 'sold', horizon: 3 }), { horizon: 5 })).toThrow('was made for 3')
  })

  it('reads the past of each series by itself', () => {
    const walk = createRandom(6, 'walks')
    const last: Record<string, number> = { fridge: -20, lamp: 20 }
    const rows = Array.from({ length: 500 }, (_, i) => {
      const device = walk.uniform(2 * i) < 0.5 ? 'fridge' : 'lamp'
      last[device]! += walk.normal(2 * i + 1)
      return { device, power: last[device]! }
    })
    const [apart, together] = [forecaster({ target: 'power', by: 'device' }), forecaster({ target: 'power' })].map(
      (model) =>
        rows.reduce((sum, row) => sum + Math.abs((model.learn(row as never).predictions?.value ?? 0) - row.power), 0),
    )
    // A step of a walk is 0.8 in the mean.
    expect(apart! / rows.length).toBeLessThan(2.5)
    expect(together!).toBeGreaterThan(4 * apart!)
  })

  it('refuses what contradicts itself, and names that are taken', () => {
    const build = (config: object) => () => forecaster(config as never)
    const y = numeric()
    expect(build({ target: 'y', season: 12, by: 'device' })).toThrow(
      "forecaster: season is 12, and by is 'device'; expected one of them, because a season counts the rows of a single series.",
    )
    expect(build({ target: 'y', time: 'at', features: { at: y } })).toThrow(
      "forecaster: feature 'at' has the name of the time; expected another one, or to leave it out.",
    )
    expect(build({ target: 'y', features: { y_lag_2: y }, lags: [2] })).toThrow(
      "forecaster: feature 'y_lag_2' has the name of a lag; expected another one, or to leave it out.",
    )
    expect(build({ target: 'y', lags: [0] })).toThrow('lag: ')
    expect(build({ target: 'y', lags: 1 })).toThrow('forecaster: lags is 1; expected a list.')
    expect(build({ target: 'y', season: 1 })).toThrow('experts.seasonal: the season is 1; expected')
    expect(build({ target: 'y', horizon: 1.5 })).toThrow('forecaster: horizon is 1.5; expected a whole number')
    expect(build({ target: 'y', time: 3 })).toThrow('forecaster: time is 3; expected the name of a column.')
    expect(build({ target: 'y', lags: [] })).toThrow('createModel: there is no feature')
    expect(build({ target: 3 })).toThrow('forecaster: target is 3; expected fields by name')
  })
})
