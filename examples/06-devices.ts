// In this example each of 60 pumps has a model of its own, because each wears in its own way. At most 50 models are
// kept at a time. The model of a pump that was not heard of for longest is saved as bytes, and comes back with its pump.

import { strict as assert } from 'node:assert'
import { createModel, decodeSnapshot, dense, encodeSnapshot, fromRows, learn, learnByKey, numeric } from 'rxgrad'
import { lastValueFrom, toArray } from 'rxjs'

const modelOf = () =>
  createModel({ features: { speed: numeric() }, target: { power: numeric() }, layers: [dense(4, 'tanh'), dense(1)] })

const readings = Array.from({ length: 9000 }, (_, t) => {
  // Pumps report in no order; some of them report more often than others.
  const pump = Math.floor(60 * Math.abs(Math.sin(t * t)) ** 1.5)
  const speed = 30 + 20 * Math.sin(t / 9)
  return { pump: `pump-${pump}`, speed, power: (8 + (pump % 13)) * speed + 40 * (pump % 7) + 5 * Math.sin(3 * t) }
})

const saved = new Map<string, Uint8Array>()
const byPump = learnByKey(
  (pump: string) => {
    const model = modelOf()
    const bytes = saved.get(pump)
    if (bytes) model.restore(decodeSnapshot(bytes))
    return model
  },
  ({ pump }: (typeof readings)[number]) => pump,
  { capacity: 50, onEvict: (pump, model) => saved.set(pump, encodeSnapshot(model.snapshot())) },
)

const each = await lastValueFrom(fromRows(readings).pipe(byPump, toArray()))
const together = await lastValueFrom(fromRows(readings).pipe(learn(modelOf()), toArray()))

/** The mean error of the last quarter's predictions, each of which was made before its row was learned. */
const errorOf = (learned: readonly Pick<(typeof together)[number], 'predictions' | 'actual'>[]): number => {
  const last = learned.slice(-2000)
  return last.reduce((sum, { predictions, actual: [y = 0] }) => sum + Math.abs((predictions?.value ?? 0) - y), 0) / 2000
}
const [own, shared] = [errorOf(each), errorOf(together)]
console.log(
  `${byPump.size} models are in memory, ${saved.size} have been saved, ${byPump.counters.evicted} times in all.`,
)
console.log(
  `Mean error of the last 2,000 predictions: ${own.toFixed(1)}; by one model for all pumps: ${shared.toFixed(1)}.`,
)

const pump = each.at(-1)?.key ?? ''
console.log(`${pump} at speed 35: ${byPump.get(pump)?.predict({ speed: 35 }).value?.toFixed(0)} W`)

// A checkpoint of all models that are in memory continues with the same bits, here in another process.
const again = learnByKey(modelOf, ({ pump }: (typeof readings)[number]) => pump, { capacity: 50 })
again.restore(byPump.snapshot())
const row = { speed: 41 }
assert.equal(again.get(pump)?.predict(row).value, byPump.get(pump)?.predict(row).value)
assert.ok(own < shared / 3)
