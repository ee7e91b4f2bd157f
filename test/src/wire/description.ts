import type { Description } from '../../../src/records.js'

/** A small description that has one member of every kind. */
export const description: Description = {
  format: 1,
  circuit: {
    nodes: [
      { op: 'input', inputs: [], shape: [], name: 'x1' },
      {
        op: 'weight',
        inputs: [],
        shape: [],
        name: 'w1',
        attributes: { start: 0.25, names: ['a'], sizes: [1, 2], of: { deep: true } },
      },
      { op: 'mul', inputs: [0, 1], shape: [] },
    ],
    outputs: { f: 2 },
  },
  features: {
    temperature: { kind: 'numeric', scale: 'standard', clip: Infinity, missing: 'mean' },
    room: { kind: 'category', capacity: 4, values: ['A', 1, true], onFull: 'hash', missing: 'unseen' },
    hour: { kind: 'cyclic', period: 24, missing: 'zero' },
  },
  target: { power: { kind: 'numeric', scale: 'none', clip: Infinity, missing: 'reject' } },
  loss: { kind: 'squared', task: 'numeric' },
  precision: 'f64',
  statistics: 'beforePrediction',
  layout: [{ name: 'w1', offset: 0, size: 1, shape: [], group: 'weight' }],
  hash: 'a1b2',
}
