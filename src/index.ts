// biome-ignore-all assist/source/organizeImports: in the order in which a row meets them
// The core. It knows no RxJS: the operators are thin around it.

// features: names to numbers
export { numeric, type NumericConfig, type NumericField } from './features/numeric.js'
export { category, type CategoryConfig, type CategoryField } from './features/category.js'
export { cyclic, type CyclicField } from './features/cyclic.js'
export { hashed, type HashedConfig, type HashedField } from './features/hashed.js'

// f_θ: layers, or a circuit of one's own
export { dense, type Activation, type DenseConfig, type Layer } from './circuit/layers.js'
export { circuit, type Expression, type Operand, type Ops, type Term, type WeightConfig } from './circuit/build.js'
export type { Circuit, Node, Shape } from './circuit/graph.js'
export * as initializers from './initializers/index.js'

// the model, and its predicting half elsewhere
export { createModel } from './model/createModel.js'
export type { ModelConfig, RowOf } from './model/configuration.js'
export { createPredictor } from './model/createPredictor.js'
export type { PublishedPredictor } from './model/buildPredictor.js'
export { init } from './kernels/given.js'

// the loss
export { squared, absolute, huber, crossEntropy, type LossFunction } from './losses/index.js'

// the way down
export {
  auto,
  sgd,
  momentum,
  adagrad,
  adam,
  chain,
  clipByGlobalNorm,
  l2,
  type Optimizer,
  type Transform,
} from './optimizers/index.js'
export { power } from './program/power.js'
export * as schedules from './schedules/index.js'

// how well it does, and beside what
export * as metrics from './metrics/index.js'
export * as baselines from './baselines/index.js'

// what can go wrong
export {
  LayoutMismatchError,
  ModelInUseError,
  ReentrantStepError,
  RejectedRowError,
  StaleForwardError,
} from './errors.js'

// the records that flow
export type * from './types.js'
