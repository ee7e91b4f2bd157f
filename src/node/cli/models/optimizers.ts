import {
  adagrad,
  adam,
  adamw,
  auto,
  cocob,
  dog,
  ftrl,
  momentum,
  type Optimizer,
  passiveAggressive,
  recursiveLeastSquares,
  rmsprop,
  sgd,
  vw,
} from '../../../optimizers/index.js'
import { InputError } from '../../sources/index.js'
import type { OptimizerName } from '../arguments/modelRows.js'

type Make = (config: { readonly learningRate?: number }) => Optimizer

/** The optimizers by the names that the command line has for them; the step size is α for ftrl, and C for PA. */
const optimizers: Readonly<Record<OptimizerName, Make>> = {
  auto,
  sgd,
  momentum,
  nesterov: (config) => momentum({ ...config, nesterov: true }),
  adagrad,
  rmsprop,
  adam,
  adamw,
  ftrl: ({ learningRate }) => ftrl({ ...(learningRate !== undefined && { alpha: learningRate }) }),
  'passive-aggressive': ({ learningRate }) =>
    passiveAggressive({ ...(learningRate !== undefined && { C: learningRate }) }),
  'recursive-least-squares'({ learningRate }) {
    if (learningRate === undefined) return recursiveLeastSquares()
    throw new InputError('--learning-rate: recursive-least-squares has no learning rate; leave the option out.')
  },
  vw,
  cocob({ learningRate }) {
    if (learningRate === undefined) return cocob()
    throw new InputError('--learning-rate: cocob has no learning rate; leave the option out.')
  },
  dog,
}

export const optimizerOf = (name: OptimizerName, learningRate: number | undefined): Optimizer =>
  optimizers[name]({ ...(learningRate !== undefined && { learningRate }) })
