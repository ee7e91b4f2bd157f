// The core, in the order in which a row meets it. It knows no RxJS: the operators are thin around it.

export * as baselines from './baselines/index.js'
// f_θ: layers, or a circuit of one's own
export { circuit, type Expression, type Operand, type Ops, type Term, type WeightConfig } from './circuit/build.js'
export type { Circuit, Node, Shape } from './circuit/graph.js'
export { type Activation, type DenseConfig, dense, type Layer } from './circuit/layers.js'
// what can go wrong
export {
  LayoutMismatchError,
  ModelInUseError,
  ReentrantStepError,
  RejectedRowError,
  StaleForwardError,
} from './errors.js'
// features: names to numbers
export { type CategoryConfig, type CategoryField, category } from './features/category.js'
export { type CyclicField, cyclic } from './features/cyclic.js'
export { type NumericConfig, type NumericField, numeric } from './features/numeric.js'
export * as initializers from './initializers/index.js'
export { init } from './kernels/wasm.js'
// the loss, and the way down
export { absolute, crossEntropy, huber, type LossFunction, squared } from './losses/index.js'
// how well it does, and beside what
export * as metrics from './metrics/index.js'
export type { ModelConfig, RowOf } from './model/configuration.js'
// the model
export { createModel } from './model/createModel.js'
export { createPredictor, type PublishedPredictor } from './model/createPredictor.js'
export {
  adagrad,
  adam,
  auto,
  chain,
  clipByGlobalNorm,
  l2,
  momentum,
  type Optimizer,
  sgd,
  type Transform,
} from './optimizers/index.js'
export * as schedules from './schedules/index.js'

// the records that flow
export type * from './types.js'
