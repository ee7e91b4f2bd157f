// This example does gradient descent in three ways: over all n points at once, over each point alone, and over b points
// at a time. The pipeline is the same; only the batch differs.

import { strict as assert } from 'node:assert'
import { backward, batch, circuit, createModel, encode, forward, fromRows, loss, numeric, sgd, update } from 'rxgrad'
import { lastValueFrom, map, toArray } from 'rxjs'

const line = circuit(({ input, weight, neuron, identity }) => ({
  f: neuron('y', identity, [input('x'), weight('slope')], weight('offset', { group: 'bias' })),
}))
const points = Array.from({ length: 120 }, (_, t) => ({ x: Math.sin(7 * t), y: 3 * Math.sin(7 * t) - 1 }))

const descend = async (b: number, passes: number): Promise<readonly number[]> => {
  const model = createModel({
    circuit: line,
    target: { y: numeric({ scale: 'none' }) },
    optimizer: sgd({ learningRate: 0.2 }),
  })
  const losses$ = fromRows(Array.from({ length: passes }, () => points).flat()).pipe(
    encode(model),
    batch(b),
    forward(model),
    loss(),
    backward(),
    update(model),
    map((step) => step.loss),
    toArray(),
  )
  const losses = await lastValueFrom(losses$)
  console.log(`b = ${b}: ${losses.length} steps, loss ${losses[0]?.toFixed(3)} → ${losses.at(-1)?.toExponential(1)},`)
  console.log(`         slope ${model.parameters[0]?.toFixed(4)}, offset ${model.parameters[1]?.toFixed(4)}`)
  return [...model.parameters]
}

for (const [b, passes] of [
  [points.length, 60],
  [1, 1],
  [8, 5],
] as const) {
  const [slope = 0, offset = 0] = await descend(b, passes)
  assert.ok(Math.abs(slope - 3) < 0.01 && Math.abs(offset + 1) < 0.01)
}
