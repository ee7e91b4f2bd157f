// This is the package's entry for pages that fetch `rxgrad/kernels.wasm`: it exports the same list, and embeds no
// kernels.

// The names exported here take precedence over those of the list.
export { createModel, createPredictor } from '../src/model/slim.js'
export {
  autoencoder,
  factorizationMachine,
  forecaster,
  linearRegression,
  logisticRegression,
  mlp,
  softmaxRegression,
} from '../src/models/slim.js'
export { predictorOf } from '../src/saved/slim.js'
export * from './index.js'
