import { describe, expect, test } from 'vitest'
import { circuit } from '../../../src/circuit/build.js'
import { diagramOf } from '../../../src/dashboard/circuit/diagram.js'
import { flowsOf } from '../../../src/dashboard/circuit/flows.js'
import { layering } from '../../../src/dashboard/circuit/layering.js'
import { netOf } from '../../../src/dashboard/circuit/net.js'
import type { View } from '../../../src/dashboard/page/view.js'
import { createInspector } from '../../../src/explain/createInspector.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { layersCircuit } from '../../../src/layers/layersCircuit.js'
import { createModel } from '../../../src/model/createModel.js'

/** f = (x3 + x5) − σ(w3·x3 + w4·x4) */
const lecture = circuit(({ input, weight, neuron, sub, add, sigmoid }) => {
  const [x3, x4, x5] = [input('x3'), input('x4'), input('x5')]
  const x2 = neuron('x2', sigmoid, [x3, weight('w3', { initial: 0.5 })], [x4, weight('w4', { initial: 2 })])
  return { f: sub(add(x3, x5), x2) }
})

describe('a scalar circuit', () => {
  const diagram = diagramOf(lecture)
  const names = diagram.wires.map(
    ({ from, to, weight }) =>
      `${diagram.vertices[from]?.label}→${diagram.vertices[to]?.label}${weight ? ` ${weight}` : ''}`,
  )

  test('has its weights on edges, and its loss after its output', () => {
    const named = diagram.vertices.filter(({ op }) => op !== 'add').map(({ label }) => label)
    expect(named.sort()).toEqual(['f', 'loss', 'net2', 'truth', 'x2', 'x3', 'x4', 'x5'])
    expect(names).toContain('x3→net2 w3')
    expect(names).toContain('x4→net2 w4')
    expect(names).toContain('f→loss')
    expect(names).toContain('truth→loss')
  })

  test('has wires that run to the right from column to column, with the inputs at the left', () => {
    const { vertices, wires, columns } = layering(diagram)
    for (const route of wires)
      route.slice(1).forEach((place, i) => {
        expect(place.column).toBe(route[i]!.column + 1)
      })
    diagram.vertices.forEach(({ kind }, i) => {
      if (kind === 'input') expect(vertices[i]?.column).toBe(0)
      if (kind === 'loss') expect(vertices[i]?.column).toBe(columns - 1)
    })
    // No two vertices are in one place.
    const places = new Set([...vertices, ...wires.flat()])
    const at = new Set([...places].map(({ column, y }) => `${column} ${y.toFixed(6)}`))
    expect(at.size).toBe(places.size)
    for (const { y } of places) expect(y > 0 && y < 1).toBe(true)
  })

  test('shows the values of the lecture along its wires, and those of the loss after them', () => {
    const model = createModel({ circuit: lecture, target: { y: numeric({ scale: 'none' }) } })
    const [x3, x4, x5, y] = [1, -0.25, 0.5, 2]
    const publication = model.publish()
    const inspection = createInspector(model.description)(publication, { x: [x3, x4, x5], y: [y] })
    const view: View = {
      ...{ description: model.description, publication, sample: undefined, inspection },
      ...{ labelled: true, problem: '' },
    }
    const flows = flowsOf(diagram, view)
    const flow = (name: string) => flows[names.indexOf(name)]!
    const s = 1 / (1 + Math.exp(-(0.5 * x3 + 2 * x4)))
    const r = x3 + x5 - s - y
    const back = -r * s * (1 - s)
    expect(flow('f→loss').backward).toBeCloseTo(r, 12)
    expect(flow('x2→f')).toEqual({ forward: -1, backward: expect.closeTo(-r, 12), gradient: undefined })
    expect(flow('net2→x2').forward).toBeCloseTo(s * (1 - s), 12)
    expect(flow('x3→net2 w3')).toEqual({
      ...{ forward: 0.5, backward: expect.closeTo(back * 0.5, 12), gradient: expect.closeTo(back * x3, 12) },
    })
    expect(flow('x4→net2 w4')).toEqual({
      ...{ forward: 2, backward: expect.closeTo(back * 2, 12), gradient: expect.closeTo(back * x4, 12) },
    })
  })
})

test('a product with a weight is an edge with a weight; a lone weight is a node', () => {
  const { vertices, wires } = diagramOf(
    circuit(({ input, weight, mul, add }) => ({
      o: add(mul(weight('w'), input('x')), weight('b', { group: 'bias' })),
    })),
  )
  expect(vertices.filter(({ kind }) => kind === 'weight').map(({ label }) => label)).toEqual(['b'])
  expect(wires.flatMap(({ weight }) => weight ?? [])).toEqual(['w'])
})

test('a chain of layers becomes columns; anything else is drawn node by node', () => {
  expect(netOf(layersCircuit([dense(4, 'tanh'), dense(2)], 3, 3))).toEqual([
    { node: 'x', net: 'x', size: 3, activation: '', weights: undefined },
    { node: 'layer1', net: 'net1', size: 4, activation: 'tanh', weights: 'dense1.W' },
    { node: 'o', net: 'o', size: 2, activation: '', weights: 'dense2.W' },
  ])
  expect(netOf(lecture)).toBeUndefined()
  const split = circuit(({ input, weight, dense: product, slice, named }) => {
    const hidden = named('h', product(input('x', [2]), weight('W', { shape: [2, 3] })))
    return { o: slice(hidden, 0, 2) }
  })
  expect(netOf(split)).toBeUndefined()
})
