import { Subject } from 'rxjs'
import { broadcast } from '../../operators/broadcast.js'
import { evaluate } from '../../operators/evaluate.js'
import { learn } from '../../operators/learn.js'
import { circuit } from '../../src/circuit/build.js'
import { category } from '../../src/features/category.js'
import { cyclic } from '../../src/features/cyclic.js'
import { numeric } from '../../src/features/numeric.js'
import { dense } from '../../src/layers/dense.js'
import type { LossFunction } from '../../src/losses/index.js'
import { createModel } from '../../src/model/createModel.js'
import type { Model } from '../../src/model.js'
import type { Server } from '../../src/node/index.js'
import { sgd } from '../../src/optimizers/index.js'
import type { Row, Value } from '../../src/values.js'
import { gated } from '../own/gatedLayer.js'
import { ownModel, saleAt } from '../own/ownModel.js'
import { quantileLoss } from '../own/quantileLoss.js'

/** A model and the stream that it learns. */
export interface Learner {
  readonly model: Model
  row(i: number): Row
}

const noise = (i: number, name: string): number => Math.sin(i * 12.9898 + name.length * 78.233) * 0.5

/** The lecture's circuit of many paths: f = (x3 + x5) − σ(w3·x3 + w4·x4). */
export const scalarLearner = (): Learner => ({
  model: createModel({
    circuit: circuit(({ input, weight, neuron, sub, identity, sigmoid }) => {
      const [x3, x4, x5] = [input('x3'), input('x4'), input('x5')]
      const x1 = neuron('x1', identity, [x3, weight('w1', { initial: 0.3 })], [x5, weight('w5', { initial: -0.4 })])
      const x2 = neuron('x2', sigmoid, [x3, weight('w3', { initial: 0.5 })], [x4, weight('w4', { initial: -0.6 })])
      return { f: sub(x1, x2) }
    }),
    target: { y: numeric({ scale: 'none' }) },
    optimizer: sgd({ learningRate: 0.02 }),
  }),
  row(i) {
    const [x3, x4, x5] = [Math.sin(i / 7) * 2, Math.cos(i / 3) * 2, Math.sin(i / 11) * 1.5]
    const y = 1.1 * x3 + 0.7 * x5 - 1 / (1 + Math.exp(-(1.4 * x3 - 0.9 * x4))) + 0.1 * noise(i, 'y')
    return { x3, x4, x5, y }
  },
})

/** The power of rooms that are each heated differently, with hidden units. */
export const layeredLearner = (loss?: LossFunction): Learner => ({
  model: createModel({
    features: {
      temperature: numeric(),
      humidity: numeric({ scale: 'standard' }),
      room: category({ capacity: 16 }),
      hour: cyclic(24),
    },
    target: { power: numeric() },
    layers: [dense(10, 'tanh'), dense(6, 'relu'), dense(1)],
    seed: 7,
    ...(loss && { loss }),
  }),
  row(i) {
    const temperature = 20 + 6 * Math.sin(i / 200) + 3 * noise(i, 't')
    const hour = (i / 10) % 24
    const room = ['kitchen', 'hall', 'attic', 'lab'][(i * 7) % 4] as string
    const heat = { kitchen: 40, hall: 90, attic: 150, lab: 20 }[room] ?? 0
    const power = 300 + heat + 12 * (20 - temperature) + 60 * Math.sin((hour / 24) * 6.283) + 20 * noise(i, 'power')
    return { temperature, humidity: 45 + 20 * noise(i, 'hum'), room, hour: Math.round(hour * 10) / 10, power }
  },
})

/** Many inputs, units and classes, too large to be drawn line by line. */
export const wideLearner = (): Learner => {
  const names = Array.from({ length: 48 }, (_, i) => `p${i}`)
  const modes: readonly Value[] = ['idle', 'heat', 'cool', 'dry', 'fan']
  return {
    model: createModel({
      features: Object.fromEntries(names.map((name) => [name, numeric()])),
      target: { mode: category({ capacity: 5 }) },
      layers: [dense(64, 'relu'), dense(24, 'tanh'), dense(5)],
      seed: 3,
    }),
    row(i) {
      const kind = Math.floor(i / 9) % 5
      const row: Record<string, Value> = { mode: modes[kind] as Value }
      names.forEach((name, at) => {
        row[name] = Math.sin((at + 1) * (kind + 1) * 0.35) + noise(i * 31 + at, name)
      })
      return row
    },
  }
}

/** A custom field kind, optimizer and loss; with a custom layer, or with layers that are drawn as columns. */
export const ownLearner = (layer: 'gated' | 'dense'): Learner => ({
  model: ownModel([dense(4, 'tanh'), ...(layer === 'gated' ? [gated(4)] : []), dense(1)]) as Model,
  row: saleAt,
})
/** Only the loss is a custom member. */
export const ownLossLearner = (): Learner => layeredLearner(quantileLoss())

/** The pipe of an app; `learn` goes on from the row that it had reached. */
export const createFeed = ({ model, row }: Learner, server: Server): { learn(rows: number): void; end(): void } => {
  const row$ = new Subject<Row>()
  row$.pipe(learn(model), evaluate(model), broadcast(server)).subscribe()
  let next = 0
  return {
    learn(rows) {
      for (const end = next + rows; next < end; next += 1) row$.next(row(next))
    },
    end: () => row$.complete(),
  }
}
