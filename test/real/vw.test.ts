import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hashed, type Row } from '../../src/index.js'
import { dataOr } from '../data.js'
import { golden, learnedBy, modelOf } from '../src/optimizers/vw.js'

// vw_0001.dat is the first file of Vowpal Wabbit's own tests: 200 rows of some 80 names out of 4,289.

describe.each(['squared', 'logistic'] as const)('after vw_0001.dat, with the loss %s', (kind) => {
  it('every weight and the average loss are those of Vowpal Wabbit', (context) => {
    const file = join(dataOr(context), 'vw_0001.dat')
    const index = new Map<string, number>()
    const rows = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line): Row => {
        const [label = '', names = ''] = line.split('|features ')
        const entries = names.split(' ').map((entry) => {
          const [name = '', value] = entry.split(':')
          index.set(name, index.get(name) ?? index.size)
          return [index.get(name) as number, Number(value)] as const
        })
        const sorted = entries.sort(([a], [b]) => a - b)
        const words = { indices: sorted.map(([i]) => i), values: sorted.map(([, value]) => value) }
        return { words, y: kind === 'squared' ? Number(label) : Number(label) * 2 - 1 }
      })
    const { weights, constant, loss } = golden.vw_0001[kind]
    expect([rows.length, index.size]).toEqual([200, weights.length])
    const features = { words: hashed({ capacity: index.size, active: 300 }) }
    const model = modelOf({ features, kind, executor: 'wasm', precision: 'f64' })
    expect(Math.abs(learnedBy(model, kind, rows).loss - loss)).toBeLessThan(1e-6)
    const { parameters } = model
    const far = [...weights, constant].map((w, i) => Math.abs((parameters[i] as number) - w))
    expect(far).toHaveLength(parameters.length)
    expect(Math.max(...far)).toBeLessThan(1e-5)
    expect(Math.max(...weights.map(Math.abs))).toBeGreaterThan(5)
  })
})
