import { describe, expect, it } from 'vitest'
import {
  adagrad,
  adamw,
  chain,
  cocob,
  createModel,
  dense,
  dog,
  experts,
  ftrl,
  l1,
  l2,
  type Model,
  momentum,
  numeric,
  type Optimizer,
  type Row,
  rmsprop,
  sgd,
  squared,
  vw,
} from '../../../src/index.js'

// Whatever the optimizer, an expert learns as a model of its own does, whose rate is multiplied by the expert's.

const FACTOR = 0.3
const rules: Readonly<Record<string, (learningRate: number) => Optimizer>> = {
  sgd: (learningRate) => sgd({ learningRate }),
  momentum: (learningRate) => momentum({ learningRate }),
  rmsprop: (learningRate) => rmsprop({ learningRate }),
  adamw: (learningRate) => adamw({ learningRate, weightDecay: 0.1 }),
  dog: (learningRate) => dog({ learningRate: 10 * learningRate, initial: 0.01 }),
  'l1 on sgd': (learningRate) => chain(l1(0.3), sgd({ learningRate })),
  'l1 and decoupled l2 on adagrad': (learningRate) =>
    chain(l1(0.1), l2(0.1, { decoupled: true }), adagrad({ learningRate })),
}
const plain = numeric({ scale: 'none' })
const columns = {
  features: { a: plain, b: plain },
  target: { y: plain },
  ...{ loss: squared(), precision: 'f64' },
} as const
const rows = Array.from({ length: 40 }, (_, i): Row => {
  const [a, b] = [Math.cos(3 * i), Math.sin(i * i)]
  return { a, b, y: 2 * a - 0.2 * b }
})
/** Returns θ after the rows, by the last part of each tensor's name. */
const learned = (config: object): Readonly<Record<string, readonly number[]>> => {
  const model = createModel({ ...columns, ...config } as never) as Model
  for (const row of rows) model.learn(row)
  const { parameters } = model
  return Object.fromEntries(
    model.layout.map(({ name, offset, size }) => [name, [...parameters.subarray(offset, offset + size)]]),
  )
}

describe.each(Object.entries(rules))('%s', (_, rule) => {
  it('moves an expert as it moves a model with its rate', () => {
    const alone = Object.values(learned({ layers: [dense(1)], optimizer: rule(0.1 * FACTOR) })).flat()
    const linear = experts.net([dense(1)], { rates: [FACTOR] })
    const beside = { other: experts.net([dense(3, 'tanh'), dense(1)]), linear }
    for (const given of [{ linear }, beside]) {
      const own = Object.entries(learned({ experts: given, optimizer: rule(0.1) })).filter(([name]) =>
        name.startsWith('linear'),
      )
      const values = own.flatMap(([, list]) => list)
      expect(values).toHaveLength(3)
      values.forEach((value, i) => {
        expect(value).toBeCloseTo(alone[i]!, 12)
      })
    }
    expect(Math.max(...alone.map(Math.abs))).toBeGreaterThan(0.01)
  })
})

it.each([
  ['ftrl', (): Optimizer => ftrl({ l1: 0.01 })],
  ['cocob', (): Optimizer => cocob({ alpha: 10 })],
] as const)('%s, which has no rate, moves an expert beside another as it moves it alone', (_, rule) => {
  const linear = experts.net([dense(1)])
  const alone = learned({ layers: [dense(1)], optimizer: rule() })
  const together = learned({ experts: { other: experts.net([dense(3, 'tanh'), dense(1)]), linear }, optimizer: rule() })
  const own = Object.entries(together).flatMap(([name, list]) => (name.startsWith('linear') ? [...list] : []))
  expect(own).toEqual(Object.values(alone).flat())
})

it('vw moves linear experts as models with their rates, and refuses others', () => {
  const both = { linear: experts.net([dense(1)], { rates: [0.3, 2] }) }
  const together = learned({ experts: both, optimizer: vw() })
  for (const rate of [0.3, 2]) {
    const alone = Object.values(learned({ layers: [dense(1)], optimizer: vw({ learningRate: 0.5 * rate }) })).flat()
    const own = Object.entries(together).flatMap(([name, list]) => (name.includes(`@${rate}`) ? [...list] : []))
    expect(own).toHaveLength(3)
    own.forEach((value, i) => {
      expect(value).toBeCloseTo(alone[i]!, 12)
    })
  }
  const given = { ...columns, experts: { ...both, net: experts.net([dense(2, 'relu'), dense(1)]) }, optimizer: vw() }
  expect(() => createModel(given as never)).toThrow('vw: the model has an output that is not linear in θ')
})
