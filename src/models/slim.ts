import { createModel } from '../model/slim.js'
import { autoencoderConfig } from './autoencoder.js'
import { factorizationConfig } from './factorizationMachine.js'
import { forecasterConfig, horizonOf } from './forecaster.js'
import { madeFor } from './horizons.js'
import type * as models from './index.js'
import { linearConfig } from './linearRegression.js'
import { logisticConfig } from './logisticRegression.js'
import { mlpConfig } from './mlp.js'
import { softmaxConfig } from './softmaxRegression.js'

// The models by name of `rxgrad/slim`: the same models, whose kernels or interpreter the page gives to `init`.

/** `linearRegression` of `rxgrad/slim`. */
export const linearRegression: typeof models.linearRegression = (config) => createModel(linearConfig(config)) as never

/** `logisticRegression` of `rxgrad/slim`. */
export const logisticRegression: typeof models.logisticRegression = (config) =>
  createModel(logisticConfig(config)) as never

/** `softmaxRegression` of `rxgrad/slim`. */
export const softmaxRegression: typeof models.softmaxRegression = (config) =>
  createModel(softmaxConfig(config)) as never

/** `mlp` of `rxgrad/slim`. */
export const mlp: typeof models.mlp = (config) => createModel(mlpConfig(config)) as never

/** `autoencoder` of `rxgrad/slim`. */
export const autoencoder: typeof models.autoencoder = (config) => createModel(autoencoderConfig(config)) as never

/** `factorizationMachine` of `rxgrad/slim`. */
export const factorizationMachine: typeof models.factorizationMachine = (config) =>
  createModel(factorizationConfig(config)) as never

/** `forecaster` of `rxgrad/slim`. */
export const forecaster: typeof models.forecaster = (config) =>
  madeFor(createModel(forecasterConfig(config)), horizonOf(config)) as never
