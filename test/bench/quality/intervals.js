// How many numbers the operator `intervals` holds within its intervals with its own settings, over streams that drift.
import { existsSync } from 'node:fs'
import { lastValueFrom, tap } from 'rxjs'
import {
  createModel,
  dense,
  experts,
  fromRows,
  generators,
  intervals,
  learn,
  numeric,
} from '../../../dist/operators/index.js'
import { randomOf } from './random.js'
import { compared } from './streams.js'
import { airline, readTable } from './tables.js'

const models = {
  linear: () => ({ layers: [dense(1)] }),
  experts: () => ({ experts: experts.auto({ outputs: 1 }) }),
}
const COVERAGES = [0.5, 0.9, 0.99]
/** The first rows are not counted, of short streams fewer; and the worst share is that of so many rows in a row. */
const FIRST = 200
const STRETCH = 1000

const { friedman, abrupt, gradual, recurrent } = generators
const generated = (limit) => ({
  'Friedman, abrupt': abrupt(friedman(), friedman({ variant: 2, seed: 1 }), { at: limit / 2 }),
  'Friedman, gradual': gradual(friedman(), friedman({ variant: 2, seed: 1 }), { at: limit / 2, width: limit / 5 }),
  'Friedman, recurrent': recurrent([friedman(), friedman({ variant: 3, seed: 1 })], { every: limit / 8 }),
  'Friedman, noise × 5': abrupt(friedman(), friedman({ noise: 5, seed: 1 }), { at: limit / 2 }),
})
const taken = function* (rows, limit) {
  let left = limit
  for (const { y, ...x } of rows) {
    if (left-- === 0) return
    yield [x, y]
  }
}
/** A number whose noise follows the state of a walk, so that calm and wild times take turns. */
const calmAndWild = ({ normal }, i, state) => {
  state.spread = 0.995 * (state.spread ?? 0) + 0.1 * normal()
  const x = normal()
  return [{ x }, 2 * x + Math.exp(state.spread) * normal() + Math.sin(i / 500)]
}

const streamsOf = (limit, seed) => {
  const own = Object.entries(compared).filter(([name, { task }]) => task === 'number' && name !== 'linear, still')
  const random = randomOf(seed)
  const ofRow = (row) => Array.from({ length: limit }, (_, i) => row(random, i))
  const state = {}
  const data = process.env.RXGRAD_DATA
  const files = {
    weather: (path) => readTable(path, { target: 'feat_1', task: 'number', without: ['target'] }, limit).rows,
    'chick-weights': (path) => readTable(path, { target: 'weight', task: 'number' }, limit).rows,
    'airline-passengers': (path) => airline(path).rows,
  }
  const named = (x) => Object.fromEntries(x.map((value, j) => [`x${j}`, value]))
  return {
    ...Object.fromEntries(Object.entries(generated(limit)).map(([name, rows]) => [name, [...taken(rows, limit)]])),
    ...Object.fromEntries(own.map(([name, { row }]) => [name, ofRow(row).map(([x, y]) => [named(x), y])])),
    'calm and wild times': ofRow((_, i) => calmAndWild(random, i, state)),
    ...Object.fromEntries(
      Object.entries(files)
        .map(([name, read]) => [name, `${data}/${name}.csv`, read])
        .filter(([, path]) => data && existsSync(path))
        .map(([name, path, read]) => [name, read(path)]),
    ),
  }
}

/** Learns a stream, and returns each row's error beside the bounds of errors by which it was predicted. */
const learned = async (rows, config, coverage) => {
  const features = Object.fromEntries(Object.keys(rows[0][0]).map((name) => [`x ${name}`, numeric()]))
  const model = createModel({ features, target: { y: numeric() }, ...config })
  const list = rows.map(([x, y]) => ({ ...Object.fromEntries(Object.entries(x).map(([k, v]) => [`x ${k}`, v])), y }))
  const seen = []
  const watch = ({ actual, predictions, interval: { lower, upper } }) => {
    const { value } = predictions
    seen.push({ error: actual[0] - value, below: lower - value, above: upper - value })
  }
  await lastValueFrom(fromRows(list).pipe(learn(model), intervals(model, { coverage }), tap(watch)))
  return seen
}

const meanOf = (list) => list.reduce((sum, each) => sum + each, 0) / list.length
/** The mean of the worst stretch of so many rows, or of all if there are fewer. */
const worstOf = (held, length) => {
  let sum = 0
  let least = Number.POSITIVE_INFINITY
  held.forEach((each, i) => {
    sum += each - (held[i - length] ?? 0)
    if (i >= Math.min(length, held.length) - 1) least = Math.min(least, sum / Math.min(length, held.length))
  })
  return least
}

const report = (seen, coverage) => {
  const counted = seen.slice(Math.min(FIRST, Math.floor(seen.length / 4)))
  const held = counted.map(({ error, below, above }) => Number(error >= below && error <= above))
  const errors = counted.map(({ error }) => error).sort((a, b) => a - b)
  const at = (share) => errors[Math.min(errors.length - 1, Math.max(0, Math.round(share * (errors.length - 1))))]
  // No interval of one width can hold as many with their outer shares equal, except by knowing all errors beforehand.
  const fixed = at((1 + coverage) / 2) - at((1 - coverage) / 2)
  return {
    rows: counted.length,
    share: meanOf(held),
    worst: worstOf(held, STRETCH),
    width: meanOf(counted.map(({ below, above }) => above - below)) / fixed,
  }
}

/**
 * Prints the share of numbers within their intervals over the whole and over the worst 1,000 rows, and the mean width
 * beside that of the interval between the quantiles of all errors, which is known in hindsight alone.
 */
export const intervalCoverage = async (limit, seed, only = []) => {
  const streams = streamsOf(limit, seed)
  for (const coverage of COVERAGES)
    for (const [model, configOf] of Object.entries(models)) {
      console.log(
        `\nNumbers within intervals of ${100 * coverage} % around ${model}, % of all after the first ${FIRST} rows, of the worst ${STRETCH.toLocaleString('en')}; width beside the quantiles of all errors`,
      )
      for (const [name, rows] of Object.entries(streams)) {
        if (only.length > 0 && !only.includes(name)) continue
        const { rows: count, share, worst, width } = report(await learned(rows, configOf(), coverage), coverage)
        const isOff = Math.abs(share - coverage) > 0.01
        console.log(
          `  ${name.padEnd(30)} ${String(count).padStart(6)} ${(100 * share).toFixed(2).padStart(7)} ${(100 * worst).toFixed(1).padStart(6)} ${width.toFixed(2).padStart(6)}${isOff ? '  off by more than 1 point' : ''}`,
        )
      }
    }
}
