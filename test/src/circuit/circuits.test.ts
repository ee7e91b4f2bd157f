import { describe, expect, it } from 'vitest'
import { type Circuit, circuit, type Expression, inspect } from '../../../src/circuit.js'
import { createRandom } from '../../../src/random.js'
import { checkGradient } from '../../../src/testing/index.js'
import { lecture, type Numbers } from './lecture.js'

const ROUNDS = 300
const drawn = (leaves: readonly string[], round: number): Numbers =>
  Object.fromEntries(leaves.map((name) => [name, 3 * createRandom(round, name).normal(0)]))

/** Compares numbers as the lecture does, by `===`, for which −0 equals 0. */
const same = (found: unknown, formula: number | undefined, what: string) =>
  expect(found === formula, `${what}: found ${found}, the formula gives ${formula}`).toBe(true)

describe.each(lecture)('$title', ({ circuit: f, leaves, values, gradients, edges, paths }) => {
  it('every value, every gradient and every edge equals its formula', () => {
    for (let round = 0; round < ROUNDS; round++) {
      const n = drawn(leaves, round)
      const pass = inspect(f, n)
      for (const [node, value] of Object.entries({ ...n, ...values(n) })) same(pass.value(node), value, node)
      for (const [node, gradient] of Object.entries(gradients(n))) same(pass.gradient(node), gradient, `∂f/∂${node}`)
      const wanted = edges(n)
      expect(pass.edges.map(({ from, to }) => `${from} → ${to}`).sort()).toEqual(Object.keys(wanted).sort())
      for (const { from, to, local, upstream, contribution } of pass.edges) {
        const edge = `${from} → ${to}`
        same(local, wanted[edge]?.[0], edge)
        same(contribution, wanted[edge]?.[1], edge)
        same(upstream, gradients(n)[to], edge)
      }
    }
  })
  it('a gradient is the sum over the paths, each the product of its edges', () => {
    for (let round = 0; round < ROUNDS; round++) {
      const n = drawn(leaves, round)
      const pass = inspect(f, n)
      for (const [node, wanted] of Object.entries(paths(n))) {
        const { paths: found, sum, truncated } = pass.explain(node)
        expect(found.map((path) => path.nodes.join(' ')).sort()).toEqual(Object.keys(wanted).sort())
        for (const path of found) same(path.product, wanted[path.nodes.join(' ')], path.nodes.join(' '))
        same(sum, pass.gradient(node) as number, node)
        expect(truncated).toBe(false)
      }
    }
  })
  it('comes back from JSON equal, and computes the same', () => {
    const back: Circuit = JSON.parse(JSON.stringify(f))
    expect(back).toEqual(f)
    const n = drawn(leaves, 1)
    const [a, b] = [inspect(f, n), inspect(back, n)]
    expect(b.edges).toEqual(a.edges)
    for (const node of [...leaves, 'f']) {
      expect(b.value(node)).toBe(a.value(node))
      expect(b.explain(node)).toEqual(a.explain(node))
    }
  })
  it('agrees with dual numbers and central differences', () => {
    checkGradient(f, drawn(leaves, 2))
  })
  it('in f32 it is within a few ulps of the formula', () => {
    const n = drawn(leaves, 3)
    const pass = inspect(f, n, { precision: 'f32' })
    for (const [node, gradient] of Object.entries(gradients(n)))
      expect(Math.abs((pass.gradient(node) as number) - gradient)).toBeLessThanOrEqual(
        1e-6 * Math.max(1, Math.abs(gradient)),
      )
  })
})

describe('the same circuits built in other ways', () => {
  it('x2 = x3 + x4 may be a sum or a neuron with weights of 1', () => {
    const f = circuit(({ input, add, sub, named }) => ({
      f: sub(input('x1'), named('x2', add(input('x3'), input('x4')))),
    }))
    const pass = inspect(f, { x1: 5, x3: 2, x4: 0.5 })
    expect([pass.value('f'), pass.value('x2'), pass.gradient('x2'), pass.gradient('x4')]).toEqual([2.5, 2.5, -1, -1])
  })
  it('σ may be written out: 1 / (1 + e^−net)', () => {
    const f = circuit(({ input, weight, mul, add, div, exp, neg, sub }) => {
      const net = add(mul(weight('w3'), input('x3')), mul(weight('w4'), input('x4')))
      return { f: sub(input('x1'), div(1, add(1, exp(neg(net))))) }
    })
    const n = { x1: 1, x3: 0.7, x4: -0.3, w3: 2, w4: 1 }
    const formula = lecture[4]!.gradients(n)
    const pass = inspect(f, n)
    for (const name of Object.keys(n)) expect(pass.gradient(name)).toBeCloseTo(formula[name]!, 15)
  })
})

describe('any number of inputs and of paths', () => {
  it('f = x1 − Σ w·x over 40 inputs', () => {
    const names = Array.from({ length: 40 }, (_, i) => `x${i + 3}`)
    const f = circuit(({ input, weight, neuron, sub, identity }) => {
      const terms = names.map((name) => [input(name), weight(`w${name.slice(1)}`)] as const)
      return { f: sub(input('x1'), neuron('x2', identity, ...terms)) }
    })
    const n = drawn(['x1', ...names, ...names.map((name) => `w${name.slice(1)}`)], 4)
    const pass = inspect(f, n)
    for (const name of names) {
      const w = `w${name.slice(1)}`
      same(pass.gradient(name), -n[w]!, name)
      same(pass.gradient(w), -n[name]!, w)
    }
    same(pass.value('f'), n.x1! - names.reduce((sum, name) => sum + n[`w${name.slice(1)}`]! * n[name]!, 0), 'f')
  })
  it('a ladder of k rungs has 2^k paths', () => {
    const rungs = 7
    const f = circuit(({ input, neuron, add, sigmoid, weight }) => {
      let x: Expression = input('x')
      for (let i = 1; i <= rungs; i++) x = add(x, neuron(`h${i}`, sigmoid, [x, weight(`w${i}`)]))
      return { f: x }
    })
    const n = drawn(['x', ...Array.from({ length: rungs }, (_, i) => `w${i + 1}`)], 5)
    const pass = inspect(f, n)
    const { paths, sum } = pass.explain('x')
    expect(paths).toHaveLength(2 ** rungs)
    for (const { factors, product } of paths)
      expect(product).toBeCloseTo(
        factors.reduce((a, b) => a * b, 1),
        12,
      )
    expect(sum).toBeCloseTo(pass.gradient('x') as number, 12)
    checkGradient(f, n)
    const some = inspect(f, n, { limit: 10 }).explain('x')
    expect([some.paths.length, some.truncated]).toEqual([10, true])
  })
  it('an input may be used twice by one node: f = x·x and f = x + x', () => {
    const square = circuit(({ input, mul }) => {
      const x = input('x')
      return { f: mul(x, x) }
    })
    const pass = inspect(square, { x: 3 })
    expect(pass.gradient('x')).toBe(6)
    expect(pass.edges.map(({ contribution }) => contribution)).toEqual([3, 3])
    expect(pass.explain('x').paths.map(({ product }) => product)).toEqual([3, 3])
    const twice = circuit(({ input, add }) => {
      const x = input('x')
      return { f: add(x, x, x) }
    })
    expect(inspect(twice, { x: 3 }).gradient('x')).toBe(3)
  })
  it('an input that nothing uses has a gradient of 0 in its own shape', () => {
    const f = circuit(({ input, weight, mul, neg }) => {
      const x = input('x')
      neg(input('beside'))
      input('vector', [3])
      return { f: mul(x, weight('w')) }
    })
    const pass = inspect(f, { x: 2, w: 3, beside: 1, vector: [1, 2, 3] })
    expect(pass.gradient('beside')).toBe(0)
    expect(pass.gradient('vector')).toEqual([0, 0, 0])
    expect(pass.explain('beside')).toEqual({ node: 'beside', paths: [], sum: 0, truncated: false })
    expect(pass.edges.map(({ from }) => from)).toEqual(['x', 'w'])
  })
  it('one of several outputs is differentiated, chosen by name', () => {
    const f = circuit(({ input, mul, add }) => {
      const [x, y] = [input('x'), input('y')]
      return { product: mul(x, y), total: add(x, y) }
    })
    expect(inspect(f, { x: 2, y: 5 }, { output: 'product' }).gradient('x')).toBe(5)
    expect(inspect(f, { x: 2, y: 5 }, { output: 'total' }).gradient('x')).toBe(1)
    expect(() => inspect(f, { x: 2, y: 5 })).toThrow(/the output is not given; expected one of product, total/)
  })
  it('an input may be the output itself', () => {
    const pass = inspect(
      circuit(({ input }) => ({ f: input('x') })),
      { x: 4 },
    )
    expect([pass.value('f'), pass.gradient('x'), pass.explain('x').sum]).toEqual([4, 1, 1])
  })
})

describe('names', () => {
  it('a neuron names its net input and its output', () => {
    const pass = inspect(lecture[4]!.circuit, { x1: 0, x3: 1, x4: 1, w3: 0.25, w4: 0.5 })
    expect(pass.value('net2')).toBe(0.75)
    expect(lecture[4]!.circuit.nodes.flatMap(({ name }) => name ?? [])).toEqual([
      'x1',
      'x3',
      'w3',
      'x4',
      'w4',
      'net2',
      'x2',
      'f',
    ])
  })
  it('a neuron of any name does so', () => {
    const f = circuit(({ input, neuron, tanh, add }) => {
      const x = input('x')
      return { f: add(neuron('hidden', tanh, x), neuron('h2', tanh, [x, 2]), neuron('y2', tanh, [x, 3])) }
    })
    const pass = inspect(f, { x: 0.5 })
    expect([pass.value('net(hidden)'), pass.value('net2'), pass.value('net(y2)')]).toEqual([0.5, 1, 1.5])
  })
  it('a given name has precedence over an equal one that a constant has', () => {
    const f = circuit(({ input, mul }) => ({ f: mul(input('2'), 2) }))
    expect(inspect(f, { 2: 7 }).value('2')).toBe(7)
  })
  it('two nodes with one name are refused', () => {
    const build = () => circuit(({ input, neg, named }) => ({ f: named('x', neg(input('x'))) }))
    expect(build).toThrow(/two nodes are named 'x'; give each its own name/)
    expect(() => circuit(({ input, add }) => ({ f: add(input('x'), input('x')) }))).toThrow(/two nodes are named 'x'/)
    expect(() => circuit(({ input, named }) => ({ f: named('y', input('x')) }))).toThrow(/'x' is named already; 'y'/)
  })
  it('an unknown name is refused with a list of the known ones', () => {
    const f = lecture[0]!.circuit
    const pass = inspect(f, { x1: 1, x2: 2 })
    expect(() => pass.gradient('x7')).toThrow(/no node 'x7'; there are x1, x2, f/)
    expect(() => inspect(f, { x1: 1 })).toThrow(/'x2' has no value/)
    expect(() => inspect(f, { x1: 1, x2: 2, x3: 3 })).toThrow(/no input or weight 'x3'; it has x1, x2/)
    expect(() => inspect(f, { x1: 1, x2: [1, 2] })).toThrow(/'x2' has 2 numbers; expected 1/)
  })
})

describe('a circuit that cannot be built is refused with the reason', () => {
  it.each<[string, Parameters<typeof circuit>[0], RegExp]>([
    [
      'shapes',
      ({ input, add }) => ({ f: add(input('x', [2]), input('y', [3])) }),
      /add: shapes \[2\] and \[3\] do not/,
    ],
    [
      'dense',
      ({ input, weight, dense }) => ({ f: dense(input('x', [2]), weight('W', { shape: [3, 2] })) }),
      /dense: the shapes are \[2\], \[3, 2\]; expected x \[n\], W \[n, m\]/,
    ],
    [
      'constant',
      ({ constant }) => ({ f: constant([1, 2, 3], [2]) }),
      /constant: there are 3 numbers; expected 2, as \[2\] has/,
    ],
    [
      'infinite',
      ({ constant }) => ({ f: constant(-Infinity) }),
      /constant: -Infinity is not finite; expected a number that JSON/,
    ],
    [
      'initial',
      ({ weight }) => ({ f: weight('w', { shape: [2], initial: [1] }) }),
      /weight 'w': there are 1 numbers; expected 2/,
    ],
    [
      'slice',
      ({ input, slice }) => ({ f: slice(input('x', [3]), 2, 5) }),
      /slice: the range is \[2, 5\); expected 0 ≤ start < end ≤ 3/,
    ],
  ])('%s', (_, build, message) => {
    expect(() => circuit(build)).toThrow(message)
  })
  it('an unknown op, in a circuit from elsewhere', () => {
    const foreign: Circuit = {
      nodes: [
        { op: 'input', inputs: [], shape: [], name: 'x' },
        { op: 'sine', inputs: [0], shape: [], name: 'f' },
      ],
      outputs: { f: 1 },
    }
    expect(() => inspect(foreign, { x: 1 })).toThrow(/there is no op 'sine'; there are add, sub/)
  })
})
