// biome-ignore-all assist/source/organizeImports: the exports follow a row's way through the library
// This is the core. It does not depend on RxJS: the operators are thin wrappers around it.

// Features turn named values into numbers.
export { numeric, type NumericConfig, type NumericField } from './features/numeric.js'
export { category, type CategoryConfig, type CategoryField } from './features/category.js'
export { cyclic, type CyclicField } from './features/cyclic.js'
export { time, type TimeConfig, type TimeField, type TimePart, type TimeUnit } from './features/time.js'
export { cross, type CrossConfig, type CrossField } from './features/cross.js'
export { hashed, type HashedConfig, type HashedField } from './features/hashed.js'
export { text, type TextConfig, type TextField } from './features/text.js'
export { lag, type LagConfig, type LagField } from './features/lag.js'
export { rolling, type RollingConfig, type RollingField, type TimeWindow } from './features/rolling.js'
export type { Statistic } from './features/statistic.js'
export { difference, type DifferenceConfig, type DifferenceField } from './features/difference.js'
export { filled, type FilledConfig, type FilledField } from './features/filled.js'
export { windowed, type WindowedConfig, type WindowedField } from './features/windowed.js'
export type { WindowScaler } from './features/windowScalers.js'
// These are needed to write a custom field kind.
export type {
  Field,
  FieldMemory,
  Fields,
  Scaling,
  SparseShape,
} from './features/field.js'
export type { FieldSite, TargetSite } from './features/site.js'
export type { FieldKind, FieldSettings, FieldText, SettingsReader } from './features/kind.js'
export type { Names, Vocabulary } from './features/vocabulary.js'
export { gatherMemories } from './features/gatherMemories.js'
export type { Emit, Opcode, Operands } from './program/bytecode.js'
export { F64 } from './program/abi.js'

// f_θ is built from layers, or is a custom circuit.
export { dense, type Dense, type DenseConfig } from './layers/dense.js'
export { embedding, type Embedding, type EmbeddingConfig } from './layers/embedding.js'
export { factorized, type Factorized, type FactorizedConfig } from './layers/factorized.js'
export { layerNorm, type LayerNorm } from './layers/layerNorm.js'
export { gelu, silu, leakyRelu, type Activation } from './layers/activations.js'
export type { Expert, Experts, ExpertSite } from './experts/expert.js'
export type { Layer, LayerSite, SparseInput, SparseRow } from './layers/layer.js'
export * as experts from './experts/index.js'
export { circuit } from './circuit/build.js'
export type { Expression, Operand, Ops, Term, WeightConfig } from './graph/expression.js'
export type { Circuit, Node, Shape } from './graph/graph.js'
export * as initializers from './initializers/index.js'

// These create the model, and its predicting half elsewhere.
export { createModel } from './model/createModel.js'
// These are the models that are known by a name.
export * from './models/index.js'
export type { ModelConfig, RowOf } from './compile/configuration.js'
export { createPredictor } from './model/createPredictor.js'
export type { Members } from './compile/planOf.js'
export type { PublishedPredictor } from './model/buildPredictor.js'
export { init } from './kernels/host/given.js'
export { interpreter } from './program/interpret.js'

// These are the losses.
export {
  squared,
  absolute,
  huber,
  logCosh,
  epsilonInsensitive,
  quantile,
  quantiles,
  poisson,
  binaryCrossEntropy,
  crossEntropy,
  focal,
  hinge,
  squaredHinge,
  type LossFunction,
} from './losses/index.js'
export type { LossSite, TargetField } from './losses/loss.js'
export type { ClassLossConfig, ClassWeights } from './losses/classLoss.js'

// Optimizers turn a gradient into a step.
export {
  auto,
  sgd,
  momentum,
  adagrad,
  recursiveLeastSquares,
  rmsprop,
  adam,
  adamw,
  ftrl,
  passiveAggressive,
  vw,
  cocob,
  dog,
  chain,
  clipByGlobalNorm,
  l1,
  l2,
  type Optimizer,
  type Transform,
} from './optimizers/index.js'
export type { RateConfig } from './optimizers/optimizer.js'
export type { AdaptiveSettings, Parameter, Scalar, StepRows, Vector } from './program/stepRows.js'
export { power } from './program/power.js'
export * as schedules from './schedules/index.js'

// Metrics and baselines measure how well a model predicts.
export * as metrics from './metrics/index.js'
export * as baselines from './baselines/index.js'
// Detectors say when the errors of a model have changed.
export * as detectors from './drift/index.js'
// Reactions say what is done then.
export * as reactions from './reactions/index.js'

// An interval says how far a prediction may be off.
export { type Interval, type IntervalColumns, intervalOf } from './intervals/intervalOf.js'
// An explanation says what each feature of a row adds to its prediction.
export { explain, type ExplainConfig, type Explained } from './explain/explain.js'

// Generators make endless streams with known answers, to try models on.
export * as generators from './generators/index.js'

// A snapshot as bytes, and back.
export { decodeSnapshot, encodeSnapshot } from './wire/snapshot.js'
// A whole model as bytes, what goes on from it, and stores that keep the newest.
export { decodeModel, encodeModel, type Savable, type SavedModel, SavedModelError } from './saved/savedModel.js'
export { predictorOf } from './saved/full.js'
export type { PredictorOf, SavedPredictor } from './saved/predictorOf.js'
export { type Restorable, type RestoreConfig, type Restored, restoreModel } from './saved/restoreModel.js'
export { type Resumed, resume } from './saved/resume.js'
export { type CheckpointStore, type Loaded, memoryStore } from './saved/store.js'
export type { LeftOut } from './saved/fit.js'

// What leaves: rows with their predictions as plain data, and where they are written.
export { resultsOf, type ResultsConfig, type WithPredictions } from './results/resultsOf.js'
export type { ByTarget, Result } from './results/result.js'
export type { CountingSink, Sink, SinkCounters } from './results/sink.js'

// A trained model for other programs: as ONNX, and as plain data.
export { toOnnx, type OnnxConfig } from './export/toOnnx.js'
export { toJson, type TrainedFieldData, type TrainedModelData, type TrainedNode } from './export/toJson.js'

// These are the errors that the library throws.
export {
  BufferOverflowError,
  LayoutMismatchError,
  ModelInUseError,
  ReentrantStepError,
  RejectedRowError,
  StaleForwardError,
} from './errors.js'
export { FrameError } from './wire/frameError.js'

// These are the types of the records, of the model and of the engine.
export type * from './values.js'
export type * from './records.js'
export type * from './model.js'
export type * from './late.js'
export type * from './reacting.js'
export type * from './engine.js'
export type { Tensor } from './program/tensor.js'
export type { Evaluation } from './metrics/evaluation.js'
