import { describe, expect, it } from 'vitest'
import { circuit, inspect } from '../../../src/circuit.js'
import { type Circuit, sizeOf } from '../../../src/graph/graph.js'
import { activationNames } from '../../../src/layers/activations.js'
import { dense } from '../../../src/layers/dense.js'
import { layersCircuit } from '../../../src/layers/layersCircuit.js'
import { createRandom } from '../../../src/random.js'
import { checkGradient, GradientError } from '../../../src/testing/index.js'

const drawn = ({ nodes }: Circuit, seed: number): Record<string, number[]> =>
  Object.fromEntries(
    nodes.flatMap(({ op, name = '', shape }) => {
      if (op !== 'input' && op !== 'weight') return []
      const random = createRandom(seed, name)
      return [[name, Array.from({ length: sizeOf(shape) }, (_, i) => 0.8 * random.normal(i))]]
    }),
  )

describe.each(activationNames)('layers of %s', (activation) => {
  it.each([
    [1, [1]],
    [3, [4, 1]],
    [5, [7, 2]],
    [8, [16, 3]],
    [17, [8, 5, 1]],
    [33, [15, 4]],
  ])('%s columns, then %s', (columns, units) => {
    const layers = units.map((n, i) => dense(n, i === units.length - 1 ? 'identity' : activation, { bias: i !== 1 }))
    const net = layersCircuit(layers, columns, columns)
    const report = checkGradient(net, drawn(net, 1))
    expect(report.dualError).toBeLessThanOrEqual(1e-14)
  })
  it('are differentiated as the last layer, too', () => {
    const net = layersCircuit([dense(4, 'tanh'), dense(3, activation)], 4, 4)
    checkGradient(net, drawn(net, 2))
  })
})

describe('a layered circuit', () => {
  const net = layersCircuit([dense(4, 'tanh'), dense(2, 'sigmoid')], 3, 3)
  it('names its nodes, and is equal after JSON', () => {
    expect(net.nodes.flatMap(({ name }) => name ?? [])).toEqual([
      'x',
      'dense1.W',
      'dense1.b',
      'net1',
      'layer1',
      'dense2.W',
      'dense2.b',
      'net2',
      'o',
    ])
    expect(JSON.parse(JSON.stringify(net))).toEqual(net)
  })
  it('equals the function of its neurons one by one', () => {
    const values = drawn(net, 3)
    const names = ['a', 'b', 'c']
    const neurons = circuit((ops) => {
      const x = names.map((name) => ops.input(name))
      const layer = (inputs: typeof x, name: string, size: number, activation: 'tanh' | 'sigmoid') =>
        Array.from({ length: size }, (_, j) => {
          const terms = inputs.map((input, i) => [input, ops.weight(`${name}.W ${i} ${j}`)] as const)
          return ops.neuron(`${name} ${j}`, ops[activation], [ops.constant(1), ops.weight(`${name}.b ${j}`)], ...terms)
        })
      const [o0, o1] = layer(layer(x, 'dense1', 4, 'tanh'), 'dense2', 2, 'sigmoid')
      return { o: ops.add(o0!, o1!) }
    })
    const scalars: Record<string, number> = {}
    names.forEach((name, i) => {
      scalars[name] = values.x![i]!
    })
    for (const [name, size] of [['dense1', 4] as const, ['dense2', 2] as const]) {
      values[`${name}.b`]!.forEach((b, j) => {
        scalars[`${name}.b ${j}`] = b
      })
      values[`${name}.W`]!.forEach((w, i) => {
        scalars[`${name}.W ${Math.floor(i / size)} ${i % size}`] = w
      })
    }
    const [whole, apart] = [inspect(net, values), inspect(neurons, scalars)]
    const W = whole.gradient('dense1.W') as readonly number[]
    W.forEach((g, i) => {
      expect(apart.gradient(`dense1.W ${Math.floor(i / 4)} ${i % 4}`)).toBeCloseTo(g, 14)
    })
    names.forEach((name, i) => {
      expect(apart.gradient(name)).toBeCloseTo((whole.gradient('x') as readonly number[])[i]!, 14)
    })
  })
  it('has its central differences across a corner reported as failures', () => {
    const relu = layersCircuit([dense(1, 'relu', { bias: false }), dense(1, 'identity', { bias: false })], 1, 1)
    const check = () => checkGradient(relu, { x: 0, 'dense1.W': [1], 'dense2.W': [1] })
    expect(check).toThrow(GradientError)
    expect(check).toThrow(
      /^checkGradient: 1 of 2 × 3 comparisons fail\.\n {2}x\[0\]: reverse mode gives 0, central differences give 0\.5$/,
    )
  })
  it('has a gradient check that reports its comparisons, and names missing values', () => {
    const values = drawn(net, 4)
    const { elements, dualError, differenceError, failures } = checkGradient(net, values)
    expect([elements, failures]).toEqual([3 + 12 + 4 + 8 + 2, []])
    expect(dualError).toBeLessThan(1e-14)
    expect(differenceError).toBeLessThan(1e-8)
    expect(() => checkGradient(net, values, { outputs: ['p'] })).toThrow(/no output 'p'; there are o/)
    expect(() => checkGradient(net, { ...values, x: [1] })).toThrow(/'x' has 1 numbers; expected 3/)
  })
  it('is refused without layers, or with layers that do not fit', () => {
    expect(() => dense(0)).toThrow(/units is 0/)
    expect(() => dense(2, 'gelo' as 'relu')).toThrow(
      /dense: activation is 'gelo'; expected one of identity, relu, tanh/,
    )
    expect(() => layersCircuit([], 3, 3)).toThrow(/the list is empty/)
  })
})
