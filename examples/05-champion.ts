// In this example a linear model and a net learn the readings of one pump. The pump's power follows a straight line until
// its bypass valve sticks; from then on only the net can follow, and it takes the place of the champion.

import { strict as assert } from 'node:assert'
import { compete, createModel, dense, fromModel, fromRows, numeric, type Swap } from 'rxgrad'
import { lastValueFrom, toArray } from 'rxjs'

const features = { speed: numeric(), pressure: numeric() }
const target = { power: numeric() }
const linear = createModel({ features, target, layers: [dense(1)] })
const net = createModel({ features, target, layers: [dense(16, 'tanh'), dense(1)] })

const STUCK = 4000
const readings = Array.from({ length: 8000 }, (_, t) => {
  const speed = 30 + 20 * Math.sin(t / 9)
  const pressure = 4 + 2 * Math.sin(t / 23)
  // What is pumped above 40 revolutions flows back through the valve.
  const lost = t < STUCK ? 0 : 25 * Math.max(0, speed - 40)
  return { speed, pressure, power: 12 * speed + 5 * pressure - lost + 3 * Math.sin(t * t) }
})

const contest = compete({ linear, net })
const swaps: Swap[] = []
fromModel(contest).subscribe((swap) => {
  swaps.push(swap)
  console.log(`Row ${swap.rows}: ${swap.reason}.`)
})

const learned = await lastValueFrom(fromRows(readings).pipe(contest, toArray()))
const { metric, loss, models } = contest.report()
for (const { name, loss } of models)
  console.log(`${name}: ${metric} ${loss.toFixed(2)} over the last thousand rows or so`)
console.log(`what went downstream: ${loss.toFixed(2)}`)

// Each prediction that went downstream was made by the champion of the time, before its row was learned.
const meanError = (from: number, to: number): number =>
  learned.slice(from, to).reduce((sum, { predictions, actual }) => {
    return sum + Math.abs((predictions?.value ?? 0) - (actual[0] ?? 0))
  }, 0) /
  (to - from)
const [before, after] = [meanError(3000, STUCK), meanError(7000, 8000)]
console.log(`mean error ${before.toFixed(2)} before the valve stuck, ${after.toFixed(2)} in the last thousand rows`)

const last = swaps.at(-1)
assert.ok(swaps.length <= 3 && last?.to === 'net' && last.rows > STUCK && last.rows < STUCK + 500)
assert.equal(learned.at(-1)?.champion, 'net')
