import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { numeric } from '../../src/features/numeric.js'
import { dense } from '../../src/layers/dense.js'
import { squared } from '../../src/losses/index.js'
import { createModel } from '../../src/model/createModel.js'
import type { Model } from '../../src/model.js'
import { chain, l2, type Optimizer, sgd } from '../../src/optimizers/index.js'
import { dataOr } from '../data.js'

const readRows = (folder: string): readonly Record<string, number>[] => {
  const [header = '', ...lines] = readFileSync(join(folder, 'chick-weights.csv'), 'utf8').trim().split(/\r?\n/)
  const names = header.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((text, i) => [names[i]!, Number(text)])))
}

/** Predicts and then learns each row of the file as River does, whose scaler learns a row after its prediction. */
const errorsOf = (folder: string, optimizer: Optimizer): { mae: number; rmse: number } => {
  const scaled = numeric({ scale: 'standard' })
  const model = createModel({
    features: { time: scaled, chick: scaled, diet: scaled },
    target: { weight: numeric({ scale: 'none' }) },
    layers: [dense(1)],
    precision: 'f64',
    loss: squared(),
    statistics: 'afterPrediction',
    optimizer,
  }) as Model
  const errors = readRows(folder).map((row) => (model.learn(row).predictions!.value as number) - row.weight!)
  expect(model.counters.learned).toBe(578)
  const mean = (of: (e: number) => number): number => errors.reduce((sum, e) => sum + of(e), 0) / errors.length
  return { mae: mean(Math.abs), rmse: Math.sqrt(mean((e) => e * e)) }
}

/** River's loss is r², and ours is ½r²: so its rates are half of ours here, and its l2 is twice ours. */
const bias = { bias: 0.02 }

describe('chick-weights.csv, against River', () => {
  it('linear regression', (context) => {
    const { mae, rmse } = errorsOf(dataOr(context), sgd({ learningRate: 0.02, groups: bias }))
    expect(mae.toFixed(4)).toBe('23.7587')
    expect(rmse.toFixed(4)).toBe('37.0377')
  })
  it('with l2 = 1', (context) => {
    const { mae, rmse } = errorsOf(dataOr(context), chain(l2(0.5), sgd({ learningRate: 0.02, groups: bias })))
    expect(mae.toFixed(4)).toBe('25.2738')
    expect(rmse.toFixed(4)).toBe('38.5885')
  })
  it('with SGD(0.005)', (context) => {
    const { mae } = errorsOf(dataOr(context), sgd({ learningRate: 0.01, groups: bias }))
    expect(Math.abs(mae - 24.488017178245396)).toBeLessThan(1e-9)
  })
})
