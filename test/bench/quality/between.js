// npm run build here and in a worktree of an older state, and then:
// node test/bench/quality/between.js --before other/dist [--now dist] [--data folder] [--seeds 5] [--rows 10000] [--only name]
//
// Prints the error of two states of the library, test-then-train with all defaults. Each CSV file in the folder of
// --data is a stream, with its target in the last column; a column with any text in it is one of categories.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { randomOf } from './random.js'
import { compared } from './streams.js'

const { values } = parseArgs({
  options: {
    before: { type: 'string' },
    now: { type: 'string', default: 'dist' },
    data: { type: 'string' },
    seeds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '10000' },
    only: { type: 'string', default: '' },
  },
})
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1)
const states = await Promise.all(
  [values.before, values.now].map((folder) => import(pathToFileURL(resolve(folder, 'operators/index.js')).href)),
)
const learners = { linear: ({ dense }, n) => [dense(n)], 'MLP 32': ({ dense }, n) => [dense(32, 'relu'), dense(n)] }

/** Returns the rows of a CSV file without quotes in it, as objects whose target is `y`. */
const tableOf = (path) => {
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  const names = header.split(',').slice(0, -1)
  const cells = lines.slice(0, Number(values.rows)).map((line) => line.split(','))
  const isText = [...names, 'y'].map((_, i) => cells.some((cell) => cell[i] !== '' && Number.isNaN(Number(cell[i]))))
  const readCell = (text, i) => (text === '' ? undefined : isText[i] ? text : Number(text))
  return cells.map((cell) =>
    Object.fromEntries(
      [...names, 'y'].map((name, i) => [name, readCell(cell[i], i)]).filter(([, v]) => v !== undefined),
    ),
  )
}

/** Returns rows of a generated stream, whose classes are texts. */
const rowsOf = ({ task, row }, seed) => {
  const random = randomOf(seed)
  return Array.from({ length: Number(values.rows) }, (_, i) => {
    const [x, y] = row(random, i)
    return { ...Object.fromEntries(x.map((value, j) => [`x${j}`, value])), y: task === 'class' ? `c${y}` : y }
  })
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0)

/** Returns the error of a state's learner as a share of that of the running mean or the majority class so far. */
const errorOf = (state, rows, layersOf, seed) => {
  const names = [...new Set(rows.flatMap(Object.keys))].filter((name) => name !== 'y')
  const isNumber = (name) => rows.some((row) => typeof row[name] === 'number')
  const classes = [...new Set(rows.map(({ y }) => y))].sort()
  const isNumeric = isNumber('y')
  const model = state.createModel({
    features: Object.fromEntries(names.map((name) => [name, isNumber(name) ? state.numeric() : state.category()])),
    target: { y: isNumeric ? state.numeric() : state.category({ values: classes }) },
    layers: layersOf(state, isNumeric || classes.length === 2 ? 1 : classes.length),
    seed,
  })
  let alarms = 0
  model.listen((event) => {
    if (event.kind === 'drift') alarms++
  })
  const wrong = (guess, y) => (isNumeric ? Math.abs(guess - y) : Number(guess !== y))
  const counts = new Map()
  let [errors, baseline, mean, most] = [[], 0, rows[0].y, rows[0].y]
  rows.forEach((row, i) => {
    const { predictions } = model.learn(row)
    // There is nothing to be predicted from before the first row.
    if (i > 0) {
      errors.push(wrong(predictions.value, row.y))
      baseline += wrong(isNumeric ? mean : most, row.y)
    }
    if (isNumeric) mean += (row.y - mean) / (i + 1)
    else counts.set(row.y, (counts.get(row.y) ?? 0) + 1)
    if (counts.get(row.y) > counts.get(most)) most = row.y
  })
  return { error: (100 * sum(errors)) / baseline, alarms }
}

const files = values.data ? readdirSync(values.data).filter((file) => file.endsWith('.csv')) : []
const streams = [
  ...files.map((file) => [file.slice(0, -4), () => tableOf(join(values.data, file))]),
  ...Object.entries(compared).map(([name, stream]) => [name, (seed) => rowsOf(stream, seed)]),
].filter(([name]) => name.includes(values.only))

const print = (stream, learner, before, now, more, alarms) =>
  console.log(
    `  ${stream.padEnd(34)}${learner.padEnd(8)}${before.padStart(9)}${now.padStart(9)}${more.padStart(8)}    ${alarms}`,
  )
console.log('Error as a percentage of that of the running mean or the majority class; alarms of the drift rule')
print('stream', 'learner', 'before', 'now', 'more', 'alarms')
for (const [name, rowsFor] of streams)
  for (const [learner, layersOf] of Object.entries(learners)) {
    const runs = seeds.map((seed) => {
      const rows = rowsFor(seed)
      return states.map((state) => errorOf(state, rows, layersOf, seed))
    })
    const means = (key) => [0, 1].map((i) => sum(runs.map((run) => run[i][key])) / runs.length)
    const [before, now] = means('error')
    const figures = [before, now, now - before].map((x) => x.toFixed(2))
    const alarms = means('alarms').map((x) => x.toFixed(1))
    print(name, learner, ...figures, alarms.join(' → '))
  }
