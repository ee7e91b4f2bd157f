import { describe, expect, it } from 'vitest'
import { bringSparse } from '../../../src/autodiff/sparse.js'
import { circuit } from '../../../src/circuit/build.js'
import { chainOf } from '../../../src/compile/denseChain.js'
import type { Circuit } from '../../../src/graph/graph.js'
import { gelu, leakyRelu } from '../../../src/layers/activations.js'
import { dense } from '../../../src/layers/dense.js'
import { embedding } from '../../../src/layers/embedding.js'
import type { Layer, SparseInput } from '../../../src/layers/layer.js'
import { layerNorm } from '../../../src/layers/layerNorm.js'
import { layersCircuit } from '../../../src/layers/layersCircuit.js'

// hashed() brings the ops that read a sparse row; here such rows are given to layers without it.
bringSparse()

const activations = ['identity', 'relu', 'tanh', 'sigmoid']
const room: SparseInput = { name: 'room', width: 3, rows: 7, indexed: true }
const words: SparseInput = { name: 'words', width: 9, rows: 50 }
const attributesOf = ({ nodes }: Circuit, name: string) => nodes.find((node) => node.name === name)?.attributes
const kept: Layer = { kind: 'kept', build: (_, x) => x! }

describe('the nets for which the kernels have special code', () => {
  const chain = (layers: readonly Layer[], sparse: readonly SparseInput[] = []) =>
    chainOf(layersCircuit(layers, 4, 4, sparse), activations)
  it('are chains of dense layers, recognized by their graph', () => {
    expect(chain([dense(3, 'tanh'), dense(2, 'identity', { bias: false }), dense(1)])).toEqual([
      { units: 3, activation: 'tanh', W: 'dense1.W', b: 'dense1.b' },
      { units: 2, activation: 'identity', W: 'dense2.W', b: undefined },
      { units: 1, activation: 'identity', W: 'dense3.W', b: 'dense3.b' },
    ])
    // A custom layer that does nothing, or that is an activation, does not change this.
    expect(chain([dense(3, 'tanh'), kept, dense(1)])?.map(({ W }) => W)).toEqual(['dense1.W', 'dense3.W'])
    const rectified: Layer = { kind: 'rectified', build: ({ relu }, x) => relu(x!) }
    expect(chain([dense(3), rectified])?.map(({ activation }) => activation)).toEqual(['relu'])
  })
  it.each<[string, readonly Layer[], readonly SparseInput[]]>([
    ['an activation that they do not know', [dense(3, 'softplus'), dense(1)], []],
    ['a function', [dense(3, gelu), dense(1)], []],
    ['another layer', [dense(3, 'tanh'), layerNorm(), dense(1)], []],
    ['an embedding', [embedding(2), dense(1)], [room]],
    ['a sparse row', [dense(1)], [words]],
    ['two activations', [dense(3, 'tanh'), { kind: 'again', build: ({ tanh }, x) => tanh(x!) }, dense(1)], []],
    [
      'a skip',
      [{ kind: 'skip', build: ({ add, dense, weight }, x) => add(x!, dense(x!, weight('W', { shape: [4, 4] }))) }],
      [],
    ],
    ['no weights', [kept], []],
    ['a weight that nothing reads', [{ kind: 'idle', build: ({ weight }, x) => [x!, weight('w')][0]! }, dense(1)], []],
  ])('do not include %s', (_, layers, sparse) => {
    expect(chain(layers, sparse)).toBeUndefined()
  })
  it('do not include weights that two layers share', () => {
    const twice = circuit(({ input, weight, dense: product }) => {
      const W = weight('W', { shape: [2, 2] })
      return { o: product(product(input('x', [2]), W), W) }
    })
    expect(chainOf(twice, activations)).toBeUndefined()
    const swapped = circuit(({ input, weight, dense: product }) => ({
      o: product(weight('x', { shape: [2] }), input('W', [2, 2])),
    }))
    expect(chainOf(swapped, activations)).toBeUndefined()
  })
})

describe('the initial weights', () => {
  const initial = (layers: readonly Layer[], name: string) =>
    attributesOf(layersCircuit(layers, 4, 2, [room, words]), name)?.initial
  it('are He for activations like relu, Glorot for the others, and zeros for the last layer', () => {
    const kinds = (['identity', 'relu', 'tanh', 'sigmoid', 'softplus', gelu, leakyRelu] as const).map(
      (activation) => (initial([embedding(2), dense(3, activation), dense(1)], 'dense2.W') as { kind: string }).kind,
    )
    expect(kinds).toEqual(['glorot', 'he', 'glorot', 'glorot', 'he', 'he', 'he'])
    expect(initial([embedding(2), dense(3, 'relu'), dense(1)], 'dense3.W')).toEqual({ kind: 'zeros' })
    expect(initial([embedding(2), dense(1)], 'embedding1.W.room')).toEqual({ kind: 'glorot' })
    expect(initial([dense(3), embedding(2)], 'embedding2.W.room')).toEqual({ kind: 'zeros' })
    expect(initial([embedding(2, { initial: { kind: 'he' } }), dense(1)], 'embedding1.W.room')).toEqual({ kind: 'he' })
  })
  it('count a sparse input in the fan-in of the layer that reads it, and a category as one number', () => {
    // The fan-in is 7: 2 numbers, a name, and 4 entries of words.
    const fanIn = (layers: readonly Layer[], name: string) =>
      attributesOf(layersCircuit(layers, 4, 7, [room, words]), name)?.fanIn
    expect(fanIn([embedding(5), dense(3), dense(1)], 'embedding1.W.room')).toBe(1)
    expect(fanIn([embedding(5), dense(3), dense(1)], 'dense2.W')).toBe(2 + 5 + 4)
    expect(fanIn([embedding(5), dense(3), dense(1)], 'dense2.W.words')).toBe(2 + 5 + 4)
    expect(fanIn([embedding(5), dense(3), dense(1)], 'dense3.W')).toBe(3)
    expect(fanIn([embedding(5, { of: ['room', 'words'] }), dense(3), dense(1)], 'embedding1.W.words')).toBe(4)
    expect(fanIn([embedding(5, { of: ['room', 'words'] }), dense(3), dense(1)], 'dense2.W')).toBe(2 + 5 + 5)
    expect(fanIn([dense(3), embedding(5), dense(1)], 'dense1.W')).toBe(2 + 4)
    expect(fanIn([dense(3), embedding(5), dense(1)], 'dense3.W')).toBe(3 + 5)
  })
})

it.each<[() => unknown, string]>([
  [() => layerNorm({ epsilon: 0 }), 'layerNorm: epsilon is 0; expected a number above 0.'],
  [() => layerNorm({ epsilon: Infinity }), 'layerNorm: epsilon is Infinity'],
  [() => embedding(2, { of: 'room' as never }), "embedding: of is 'room'; expected a list of the features' names"],
  [() => layersCircuit([dense(1), layerNorm()], 3, 3), 'layers: layerNorm2 normalizes a single number'],
  [() => embedding(0), 'embedding: size is 0; expected a whole number of at least 1'],
  [
    () => layersCircuit([embedding(2), dense(1)], 3, 3),
    'layers: embedding1 finds no category among the features that no layer before it reads',
  ],
  [
    () => layersCircuit([embedding(2, { of: ['romo'] }), dense(1)], 3, 3, [room]),
    "embedding1 finds no category and nothing hashed that is called 'romo' among the features",
  ],
  [() => layersCircuit([layerNorm(), dense(1)], 0, 4, [words]), 'layerNorm1 has no numbers to normalize'],
  [
    () => layersCircuit([layerNorm()], 3, 7, [words]),
    "layers: no layer reads 'words', which is hashed; add dense(), which does.",
  ],
  [() => layersCircuit([dense(2), { kind: 'mine' } as Layer], 3, 3), 'layers: an object is not a layer'],
  [() => layersCircuit([undefined as unknown as Layer], 3, 3), 'layers: undefined is not a layer'],
])('%s is refused', (make, message) => {
  expect(make).toThrow(message)
})

it('a layer may name its own output', () => {
  const named: Layer = { kind: 'named', build: ({ named, neg }, x, { name }) => named(`${name}.own`, neg(x!)) }
  const { nodes, outputs } = layersCircuit([named, dense(1), named], 2, 2)
  expect(nodes.flatMap(({ name }) => name ?? [])).toEqual([
    'x',
    'named1.own',
    'dense2.W',
    'dense2.b',
    'layer2',
    'named3.own',
  ])
  expect(nodes[outputs.o!]?.name).toBe('named3.own')
})
