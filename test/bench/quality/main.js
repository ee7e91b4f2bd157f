// npm run bench:quality -- [--only rules | --only models | --only intervals] [--rows 200000] [--turns 20] [--seed 1]
//   [--limit 10000] [--seeds 3] [--streams weather,LED] [--learners experts] [--python] [--json FILE] [--beside FILE]
//
// `rules` are tables of how this library's own rules behave, `intervals` is one of how often intervals hold their number
// over streams that drift, and `models` compares models over real and generated streams: with --python, also over the
// streams that River and scikit-learn bring, and with their models, Vowpal Wabbit's, and deep-river's where PyTorch is
// installed. With --beside, the peers do not run: their figures are those of an earlier run with the same --limit, from
// its --json, and its learners are shown as `before`. RXGRAD_DATA names a folder of further streams.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { installDeepRiver, installPython } from '../setup.js'
import { bound } from './bound.js'
import { detectorAlarms, detectorDelays } from './detectors.js'
import { delays, falseAlarms } from './drift.js'
import { intervalCoverage } from './intervals.js'
import { compareModels } from './models.js'
import { recovery } from './recovery.js'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rows: { type: 'string', default: '200000' },
    turns: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    limit: { type: 'string', default: '10000' },
    seeds: { type: 'string', default: '3' },
    streams: { type: 'string', default: '' },
    python: { type: 'boolean', default: false },
    json: { type: 'string' },
    learners: { type: 'string', default: '' },
    beside: { type: 'string' },
  },
})
const [rows, turns, seed, limit, seeds] = [values.rows, values.turns, values.seed, values.limit, values.seeds].map(
  Number,
)

const isWanted = (part) => [undefined, part].includes(values.only)

if (isWanted('rules')) {
  bound(seed)
  recovery(seed)
  falseAlarms(rows, seed)
  delays(turns, seed)
  await detectorAlarms(rows, seed)
  await detectorDelays(turns, seed)
}
if (isWanted('intervals')) await intervalCoverage(limit, seed, values.streams.split(',').filter(Boolean))
if (isWanted('models')) {
  const { python, reason } = values.python ? installPython() : {}
  if (reason) console.log(`the peers are left out: ${reason}`)
  const deep = python ? installDeepRiver() : {}
  if (deep.reason) console.log(`deep-river is left out: ${deep.reason}`)
  const results = compareModels({
    limit,
    python,
    deepRiver: deep.python,
    seeds: Array.from({ length: seeds }, (_, i) => seed + i),
    only: values.streams.split(',').filter(Boolean),
    learners: values.learners.split(',').filter(Boolean),
    earlier: values.beside && JSON.parse(readFileSync(values.beside, 'utf8')),
  })
  if (values.json) writeFileSync(values.json, JSON.stringify(results, undefined, 2))
}
