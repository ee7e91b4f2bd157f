import { describe, expect, it } from 'vitest'
import { optimizerNames } from '../../../../src/node/cli/arguments/modelRows.js'
import { optimizerOf } from '../../../../src/node/cli/models/optimizers.js'
import * as optimizers from '../../../../src/optimizers/index.js'

const { ftrl, momentum, passiveAggressive, recursiveLeastSquares } = optimizers

describe('the optimizers of the command line', () => {
  it('are those of the library, each with its defaults', () => {
    const others: Readonly<Record<string, () => optimizers.Optimizer>> = {
      nesterov: () => momentum({ nesterov: true }),
      'passive-aggressive': passiveAggressive,
      'recursive-least-squares': recursiveLeastSquares,
    }
    for (const name of optimizerNames) {
      const made = (others[name] ?? (optimizers[name as 'sgd'] as () => optimizers.Optimizer))()
      expect(JSON.stringify(optimizerOf(name, undefined)), name).toBe(JSON.stringify(made))
    }
    const transforms = ['chain', 'clipByGlobalNorm', 'l1', 'l2']
    const named = optimizerNames
      .filter((name) => name !== 'nesterov')
      .map((name) => name.replace(/-[a-z]/g, (part) => part[1]!.toUpperCase()))
    expect([...named, ...transforms].sort()).toEqual(Object.keys(optimizers).sort())
  })
  it('take the learning rate, which is α of ftrl and C of passive-aggressive', () => {
    for (const name of [
      'auto',
      'sgd',
      'momentum',
      'nesterov',
      'adagrad',
      'rmsprop',
      'adam',
      'adamw',
      'vw',
      'dog',
    ] as const)
      expect(optimizerOf(name, 0.25).learningRate, name).toBe(0.25)
    expect(JSON.stringify(optimizerOf('ftrl', 0.25))).toBe(JSON.stringify(ftrl({ alpha: 0.25 })))
    expect(JSON.stringify(optimizerOf('passive-aggressive', 0.25))).toBe(JSON.stringify(passiveAggressive({ C: 0.25 })))
  })
})
