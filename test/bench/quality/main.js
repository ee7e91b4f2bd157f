// npm run bench:quality -- [--rows 200000] [--turns 20] [--seed 1]
import { parseArgs } from 'node:util'
import { bound } from './bound.js'
import { detectorAlarms, detectorDelays } from './detectors.js'
import { delays, falseAlarms } from './drift.js'
import { recovery } from './recovery.js'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    turns: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
})
const [rows, turns, seed] = [values.rows, values.turns, values.seed].map(Number)
bound(seed)
recovery(seed)
falseAlarms(rows, seed)
delays(turns, seed)
await detectorAlarms(rows, seed)
await detectorDelays(turns, seed)
