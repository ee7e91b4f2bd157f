// The streams that the models are compared on, each as rows of columns and a target; `chosen` marks those by which
// constants were chosen.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generators } from '../../../dist/operators/index.js'
import { randomOf } from './random.js'

const vega = fileURLToPath(new URL('../../../node_modules/vega-datasets/data/', import.meta.url))

const cell = (text) => (text === '' ? null : Number.isNaN(Number(text)) ? text : Number(text))

/** Reads a table without quotes, as these are: rows of columns without those left out, and the target. */
export const readTable = (path, { target, task, without = [] }, limit) => {
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  const names = head.split(',')
  const rows = lines.slice(0, limit).map((line) => {
    const values = Object.fromEntries(line.split(',').map((text, i) => [names[i], text]))
    const y = values[target]
    const x = Object.fromEntries(
      names.filter((name) => name !== target && !without.includes(name)).map((name) => [name, cell(values[name])]),
    )
    return [x, task === 'class' ? y : Number(y)]
  })
  return { task, rows }
}

/** Passengers by month: the twelve months before are the features. */
export const airline = (path) => {
  const { rows } = readTable(path, { target: 'passengers', task: 'number' }, Number.POSITIVE_INFINITY)
  const y = rows.map(([, passengers]) => passengers)
  const lags = (i) => Object.fromEntries(Array.from({ length: 12 }, (_, k) => [`lag ${k + 1}`, y[i - 1 - k]]))
  return { task: 'number', rows: y.slice(12).map((passengers, i) => [lags(i + 12), passengers]) }
}

/** The streams of files: those in the folder that RXGRAD_DATA names, if it does, and those of vega-datasets. */
export const fileStreams = (limit) => {
  const data = process.env.RXGRAD_DATA
  const shared = (name, config) => ({ path: `${data}/${name}.csv`, config })
  const files = {
    electricity: shared('electricity', { target: 'class', task: 'class' }),
    weather: { ...shared('weather', { target: 'target', task: 'class' }), chosen: true },
    'chick-weights': { ...shared('chick-weights', { target: 'weight', task: 'number' }), chosen: true },
    'Seattle temperature': {
      path: `${vega}seattle-weather.csv`,
      config: { target: 'temp_max', task: 'number', without: ['date'] },
    },
    'Seattle weather': {
      path: `${vega}seattle-weather.csv`,
      config: { target: 'weather', task: 'class', without: ['date'] },
    },
    'S&P 500': {
      path: `${vega}sp500-2000.csv`,
      config: { target: 'close', task: 'number', without: ['date', 'adjclose'] },
    },
  }
  const found = Object.entries(files).filter(([, { path }]) => existsSync(path))
  const streams = found.map(([name, { path, config, chosen = false }]) => ({
    name,
    chosen,
    ...readTable(path, config, limit),
  }))
  return data ? [...streams, { name: 'airline', chosen: true, ...airline(`${data}/airline-passengers.csv`) }] : streams
}

const taken = (rows, target, task, limit) => {
  const kept = []
  for (const { [target]: y, ...x } of rows) {
    if (kept.length === limit) break
    kept.push([x, task === 'class' ? String(y) : y])
  }
  return { task, rows: kept }
}

/** A walk by chance, of which the last value is the best forecast; and classes that stay for a while. */
const walk = (limit, { normal }) => {
  let y = 0
  return Array.from({ length: limit }, (_, i) => {
    y += normal()
    return [{ a: normal(), b: normal(), hour: i % 24 }, y]
  })
}
const staying = (limit, { normal, uniform }) => {
  let y = 0
  return Array.from({ length: limit }, () => {
    if (uniform() < 0.05) y = Math.floor(3 * uniform())
    return [{ a: normal() + 0.5 * y, b: normal() }, String(y)]
  })
}

/** The generated streams, with and without drift. */
export const generated = (limit) => {
  const { abrupt, agrawal, friedman, gradual, hyperplane, led, randomRbf, sea, stagger } = generators
  const half = Math.floor(limit / 2)
  const class_ = (rows) => taken(rows, 'label', 'class', limit)
  const streams = {
    Friedman: taken(friedman({ seed: 1 }), 'y', 'number', limit),
    SEA: class_(sea({ seed: 1 })),
    'SEA, abrupt': class_(abrupt(sea({ seed: 1, variant: 1 }), sea({ seed: 2, variant: 4 }), { at: half })),
    hyperplane: class_(hyperplane({ seed: 1, drifting: 5, magnitude: 0.001 })),
    LED: class_(led({ seed: 1 })),
    'random RBF': class_(randomRbf({ seed: 1, classes: 4 })),
    Agrawal: class_(agrawal({ seed: 1, variant: 3 })),
    'STAGGER, gradual': class_(
      gradual(stagger({ seed: 1, variant: 1 }), stagger({ seed: 2, variant: 2 }), { at: half, width: 100 }),
    ),
    walk: { task: 'number', rows: walk(limit, randomOf(1)) },
    'staying classes': { task: 'class', rows: staying(limit, randomOf(1)) },
  }
  return Object.entries(streams).map(([name, stream]) => ({ name, chosen: true, ...stream }))
}
