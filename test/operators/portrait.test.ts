import { inspect } from 'node:util'
import { of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import * as rxgrad from '../../operators/index.js'
import * as inNode from '../../operators/inNode.js'

const { category, createModel, cyclic, dense, evaluate, learn, metrics, numeric } = inNode

describe('a model that is shown in Node', () => {
  it('is five lines, before and after it learns', () => {
    const model = createModel({
      features: { temperature: numeric(), hour: cyclic(24) },
      target: { power: numeric() },
      layers: [dense(16, 'tanh'), dense(1)],
    })
    expect(inspect(model).split('\n')).toEqual([
      'model  temperature numeric, hour cyclic → power numeric',
      'layers dense(16, tanh), dense(1); 81 parameters in f32',
      'rule   auto() at rate 1; loss huber(1)',
      'step   0; 0 rows learned, 0 rejected, 0 without a label',
      'score  none is kept; evaluate(model) after learn(model) keeps one',
    ])
    const rows = Array.from({ length: 50 }, (_, i) => ({ temperature: i % 7, hour: i % 24, power: i % 7 }))
    of(...rows, { temperature: 3, hour: 2 }, { temperature: 'x' as never, hour: 2 })
      .pipe(learn(model), evaluate(model))
      .subscribe()
    const lines = inspect(model).split('\n')
    expect(lines[3]).toBe('step   50; 50 rows learned, 1 rejected, 1 without a label')
    expect(lines[4]).toMatch(/^score {2}MAE [\d.]+, beside no-change [\d.]+, running mean [\d.]+; 49 rows scored$/)
  })

  it('is five lines for many features, a category, and scores of its own', () => {
    const features = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x${i}`, numeric()]))
    const model = createModel({ features, target: { y: category() }, layers: [dense(3)] })
    const row = { ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x${i}`, i])), y: 'a' } as never
    of(row, row)
      .pipe(learn(model), evaluate(model, { metrics: [metrics.logLoss()], baselines: [] }))
      .subscribe()
    const lines = inspect(model).split('\n')
    expect(lines).toHaveLength(5)
    expect(lines[0]).toMatch(/^model {2}x0 numeric, .* and 12 more → y category$/)
    expect(lines[4]).toMatch(/^score {2}log loss [\d.e-]+; 1 rows scored$/)
  })

  it('comes from an entry with the same list of exports', () => {
    expect(Object.keys(inNode)).toEqual(Object.keys(rxgrad))
  })
})
