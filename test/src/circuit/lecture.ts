import { type Circuit, circuit } from '../../../src/circuit.js'
import { sigmoid64 } from '../../../src/program/elementary/index.js'

export type Numbers = Readonly<Record<string, number>>

/** One circuit of the lecture: how it is built, and its values and gradients by the lecture's formulas. */
export interface Lecture {
  readonly title: string
  readonly circuit: Circuit
  /** The values of the inputs and weights. */
  readonly leaves: readonly string[]
  /** Node → its value. */
  readonly values: (n: Numbers) => Numbers
  /** Node → ∂f/∂node. */
  readonly gradients: (n: Numbers) => Numbers
  /** 'from → to' → [∂to/∂from, the edge's share of ∂f/∂from]. */
  readonly edges: (n: Numbers) => Readonly<Record<string, readonly [local: number, contribution: number]>>
  /** Node → its paths to f, each as the product of its edges. */
  readonly paths: (n: Numbers) => Readonly<Record<string, Readonly<Record<string, number>>>>
}

const pick = (n: Numbers, ...names: readonly string[]): number[] => names.map((name) => n[name] as number)

/** σ and σ' = σ(1 − σ) at net2 = w3·x3 + w4·x4. */
const neuron2 = (n: Numbers) => {
  const [x3 = 0, x4 = 0, w3 = 0, w4 = 0] = pick(n, 'x3', 'x4', 'w3', 'w4')
  const net2 = w3 * x3 + w4 * x4
  const x2 = sigmoid64(net2)
  return { x3, x4, w3, w4, net2, x2, slope: x2 * (1 - x2) }
}

export const lecture: readonly Lecture[] = [
  {
    title: '1: single neuron, f = x1 − x2',
    circuit: circuit(({ input, sub }) => ({ f: sub(input('x1'), input('x2')) })),
    leaves: ['x1', 'x2'],
    values: ({ x1 = 0, x2 = 0 }) => ({ f: x1 - x2 }),
    gradients: () => ({ f: 1, x1: 1, x2: -1 }),
    edges: () => ({ 'x1 → f': [1, 1], 'x2 → f': [-1, -1] }),
    paths: () => ({ x1: { 'x1 f': 1 }, x2: { 'x2 f': -1 } }),
  },
  {
    title: '2: two neurons, f = x1 − x2, x2 = x3 + x4',
    circuit: circuit(({ input, neuron, sub, identity }) => {
      const x1 = input('x1')
      const x2 = neuron('x2', identity, input('x3'), input('x4'))
      return { f: sub(x1, x2) }
    }),
    leaves: ['x1', 'x3', 'x4'],
    values: ({ x1 = 0, x3 = 0, x4 = 0 }) => ({ x2: x3 + x4, f: x1 - (x3 + x4) }),
    gradients: () => ({ f: 1, x1: 1, x2: -1, x3: -1 * 1, x4: -1 * 1 }),
    edges: () => ({ 'x1 → f': [1, 1], 'x2 → f': [-1, -1], 'x3 → x2': [1, -1], 'x4 → x2': [1, -1] }),
    paths: () => ({ x1: { 'x1 f': 1 }, x3: { 'x3 x2 f': -1 }, x4: { 'x4 x2 f': -1 } }),
  },
  {
    title: '3: multiple inputs, f = x1 − (x3 + x5 + x4)',
    circuit: circuit(({ input, add, named, sub }) => {
      const [x1, x3, x4, x5] = [input('x1'), input('x3'), input('x4'), input('x5')]
      const x2 = named('x2', add(x3, x5, x4))
      return { f: sub(x1, x2) }
    }),
    leaves: ['x1', 'x3', 'x4', 'x5'],
    values: ({ x1 = 0, x3 = 0, x4 = 0, x5 = 0 }) => ({ x2: x3 + x5 + x4, f: x1 - (x3 + x5 + x4) }),
    gradients: () => ({ f: 1, x1: 1, x2: -1, x3: -1, x4: -1, x5: -1 }),
    edges: () => ({
      'x1 → f': [1, 1],
      'x2 → f': [-1, -1],
      'x3 → x2': [1, -1],
      'x4 → x2': [1, -1],
      'x5 → x2': [1, -1],
    }),
    paths: () => ({ x1: { 'x1 f': 1 }, x3: { 'x3 x2 f': -1 }, x4: { 'x4 x2 f': -1 }, x5: { 'x5 x2 f': -1 } }),
  },
  {
    title: '4: weights on the edges, f = x1 − (w3·x3 + w4·x4)',
    circuit: circuit(({ input, weight, neuron, sub, identity }) => {
      const x1 = input('x1')
      const x2 = neuron('x2', identity, [input('x3'), weight('w3')], [input('x4'), weight('w4')])
      return { f: sub(x1, x2) }
    }),
    leaves: ['x1', 'x3', 'x4', 'w3', 'w4'],
    values: ({ x1 = 0, x3 = 0, x4 = 0, w3 = 0, w4 = 0 }) => ({
      x2: w3 * x3 + w4 * x4,
      f: x1 - (w3 * x3 + w4 * x4),
    }),
    gradients: ({ x3 = 0, x4 = 0, w3 = 0, w4 = 0 }) => ({ f: 1, x1: 1, x2: -1, w3: -x3, w4: -x4, x3: -w3, x4: -w4 }),
    edges: ({ x3 = 0, x4 = 0, w3 = 0, w4 = 0 }) => ({
      'x1 → f': [1, 1],
      'x2 → f': [-1, -1],
      'x3 → x2': [w3, -w3],
      'w3 → x2': [x3, -x3],
      'x4 → x2': [w4, -w4],
      'w4 → x2': [x4, -x4],
    }),
    paths: ({ x3 = 0, x4 = 0, w3 = 0, w4 = 0 }) => ({
      x1: { 'x1 f': 1 },
      x3: { 'x3 x2 f': -w3 },
      x4: { 'x4 x2 f': -w4 },
      w3: { 'w3 x2 f': -x3 },
      w4: { 'w4 x2 f': -x4 },
    }),
  },
  {
    title: '5: sigmoid neuron, f = x1 − σ(w3·x3 + w4·x4)',
    circuit: circuit(({ input, weight, neuron, sub, sigmoid }) => {
      const x1 = input('x1')
      const x2 = neuron('x2', sigmoid, [input('x3'), weight('w3')], [input('x4'), weight('w4')])
      return { f: sub(x1, x2) }
    }),
    leaves: ['x1', 'x3', 'x4', 'w3', 'w4'],
    values: (n) => {
      const { net2, x2 } = neuron2(n)
      return { net2, x2, f: n.x1! - x2 }
    },
    gradients: (n) => {
      const { x3, x4, w3, w4, slope } = neuron2(n)
      return { f: 1, x1: 1, x2: -1, net2: -slope, w3: -slope * x3, w4: -slope * x4, x3: -slope * w3, x4: -slope * w4 }
    },
    edges: (n) => {
      const { x3, x4, w3, w4, slope } = neuron2(n)
      return {
        'x1 → f': [1, 1],
        'x2 → f': [-1, -1],
        'net2 → x2': [slope, -slope],
        'x3 → net2': [w3, -slope * w3],
        'w3 → net2': [x3, -slope * x3],
        'x4 → net2': [w4, -slope * w4],
        'w4 → net2': [x4, -slope * x4],
      }
    },
    paths: (n) => {
      const { x3, x4, w3, w4, slope } = neuron2(n)
      return {
        x1: { 'x1 f': 1 },
        x3: { 'x3 net2 x2 f': -slope * w3 },
        x4: { 'x4 net2 x2 f': -slope * w4 },
        w3: { 'w3 net2 x2 f': -slope * x3 },
        w4: { 'w4 net2 x2 f': -slope * x4 },
      }
    },
  },
  {
    title: '6: multiple paths, f = (x3 + x5) − σ(w3·x3 + w4·x4)',
    circuit: circuit(({ input, weight, neuron, sub, add, named, sigmoid }) => {
      const [x3, x4, x5] = [input('x3'), input('x4'), input('x5')]
      const x1 = named('x1', add(x3, x5))
      const x2 = neuron('x2', sigmoid, [x3, weight('w3')], [x4, weight('w4')])
      return { f: sub(x1, x2) }
    }),
    leaves: ['x3', 'x4', 'x5', 'w3', 'w4'],
    values: (n) => {
      const { x3, net2, x2 } = neuron2(n)
      const x1 = x3 + n.x5!
      return { x1, net2, x2, f: x1 - x2 }
    },
    gradients: (n) => {
      const { x3, x4, w3, w4, slope } = neuron2(n)
      return {
        f: 1,
        x1: 1,
        x2: -1,
        net2: -slope,
        w3: -slope * x3,
        w4: -slope * x4,
        x3: -slope * w3 + 1,
        x4: -slope * w4,
        x5: 1,
      }
    },
    edges: (n) => {
      const { x3, x4, w3, w4, slope } = neuron2(n)
      return {
        'x1 → f': [1, 1],
        'x2 → f': [-1, -1],
        'x3 → x1': [1, 1],
        'x5 → x1': [1, 1],
        'net2 → x2': [slope, -slope],
        'x3 → net2': [w3, -slope * w3],
        'w3 → net2': [x3, -slope * x3],
        'x4 → net2': [w4, -slope * w4],
        'w4 → net2': [x4, -slope * x4],
      }
    },
    paths: (n) => {
      const { x3, x4, w3, w4, slope } = neuron2(n)
      return {
        x3: { 'x3 x1 f': 1, 'x3 net2 x2 f': -slope * w3 },
        x5: { 'x5 x1 f': 1 },
        x4: { 'x4 net2 x2 f': -slope * w4 },
        w3: { 'w3 net2 x2 f': -slope * x3 },
        w4: { 'w4 net2 x2 f': -slope * x4 },
      }
    },
  },
]
