// Made by `npm run kernels` from src/program/abi.ts; a test compares the two.

export const ADVANCE: i32 = 2
export const ANY: i32 = -1
export const CALL_WORDS: i32 = 20
export const CAREFUL: i32 = 5
export const CLASSES: i32 = 1
export const CUT_LOSSES: i32 = 14
export const DRIFTED: i32 = 4
export const DRIFT_CUT: f64 = 1.5
export const DRIFT_FAR: f64 = 4.3
export const DRIFT_FAST: f64 = 0.02
export const DRIFT_KEPT: f64 = 0.1
export const DRIFT_LEAST: f64 = 0.01
export const DRIFT_SETTLES: i32 = 100
export const DRIFT_SIZE: i32 = 21
export const DRIFT_SKEW: f64 = 0.006666666666666667
export const DRIFT_SLOW: f64 = 0.001
export const DRIFT_START: i32 = 50
export const DRIFT_VARIANCE: f64 = 0.01
export const DRIFT_WAIT: i32 = 200
export const EXPONENTIAL: i32 = 1
export const F32: i32 = 0
export const F64: i32 = 1
export const FORGETTING: f64 = 0.001
export const FURTHEST_SHARED: i32 = 30
export const FURTHEST_TRUSTED: i32 = 30
export const HASHED: i32 = -2
export const LARGEST: f64 = 1e+150
export const LEAST_SHARED: f64 = 0.0001
export const NEAREST_FURTHEST: f64 = 1e+300
export const NEAREST_MOST: i32 = 32
export const NEAREST_SOFTENED: f64 = 0.001
export const NEWTON_STEPS: i32 = 20
export const NO_SPREAD: f64 = 1e-28
export const OUT_OF_BOUNDS: i32 = 2
export const REFUSED: i32 = 1
export const RELATIVE: i32 = 1
export const RESTART_AFTER: i32 = 50
export const RING_HEAD: i32 = 16
export const RING_ROWS: i32 = 8
export const SCALED: i32 = 4
export const SCALER_SIZE: i32 = 6
export const SCORES_CUT: i32 = 8
export const SCORES_FREEDOM: i32 = 4
export const SCORES_KEPT: f64 = 0.99
export const SCORES_SIZE: i32 = 1
export const SHRINKS_FROM: f64 = 1e-8
export const SPECIAL_ROW: i32 = 3
export const SUMMED: i32 = 64
export const TAKEN_AS: i32 = 6
export const TRUST_FROM: i32 = 4
export const WHOLE: i32 = 8
export const WHOLE_LOSSES: i32 = 7

export const enum Activation {
  identity = 0, relu = 1, tanh = 2, sigmoid = 3,
}

export const enum Bound {
  regression = 0, logistic = 1, softmax = 2,
}

export const enum Call {
  count = 0, first = 1, status = 2, probe = 3, stepNumber = 4, ready = 6,
}

export const enum Input {
  plain = 0, scaled = 1, encoded = 2,
}

export const enum Loss {
  graph = 0, squared = 1, huber = 2, crossEntropy = 3,
}

export const enum Opcode {
  neg = 0, exp = 1, log = 2, sqrt = 3, abs = 4, sigmoid = 5, tanh = 6, relu = 7, softplus = 8, copy = 9, add = 10, sub
  = 11, mul = 12, div = 13, max = 14, min = 15, greater = 16, pow = 17, binaryCrossEntropy = 18, where = 19, dense =
  20, denseInput = 21, outer = 22, outerAdd = 23, matmul = 24, sum = 25, expand = 26, copyBlocks = 27, fill = 28,
  logSoftmax = 29, scaleBy = 30, shiftBy = 31, dot = 32, mulAdd = 33, scale = 34, commitScale = 35, unscale = 36,
  oneHot = 37, cyclic = 38, cast = 39, known = 40, guard = 41, watch = 42, bound = 43, drift = 44, adaptive = 45,
  descend = 46, look = 47, sortTouched = 48, touched = 49, sparseDense = 50, sparseAdd = 51, meanOfRows = 52,
  weighExperts = 53, scoreExperts = 54, pick = 55, remember = 56, nearest = 57,
}

export const enum Plan {
  layers = 0,
}

export const enum Touches {
  out = 1, a = 2, b = 4, c = 8,
}

@unmanaged
export class Drift {
  kept: f64
  firings: f64
  rows: f64
  firedAt: f64
  settledAt: f64
  largest: f64
  limit: f64
}

@unmanaged
export class Field {
  missing: i32
  names: i32
  exponential: i32
  clip: usize
}

@unmanaged
export class HashedField {
  missing: i32
  hashed: i32
  active: i32
  capacity: i32
}

@unmanaged
export class Instruction {
  opcode: i32
  type: i32
  out: i32
  a: i32
  b: i32
  c: i32
  n: i32
  m: i32
  k: i32
  flags: i32
}

@unmanaged
export class Layer {
  inputs: i32
  units: i32
  activation: i32
  large: i32
  weights: usize
  bias: i32
  out: usize
  delta: usize
  gradient: usize
  biasGradient: i32
  rate: usize
  biasRate: usize
  list: usize
  before: usize
  deltaBefore: usize
  pending: usize
}

@unmanaged
export class Losses {
  fast: f64
  slow: f64
  variance: f64
  third: f64
  mean: f64
  noise: f64
  skew: f64
}

@unmanaged
export class RowCall {
  count: i32
  first: i32
  status: i32
  probe: i32
  stepNumber: f64
  ready: i32
  xSingle: i32
  x: usize
  ySingle: i32
  y: usize
  weights: usize
  steps: usize
  losses: usize
  actual: usize
  values: usize
  probabilities: usize
}

@unmanaged
export class RowPlan {
  layers: i32
  type: i32
  fields: i32
  sparse: i32
  features: i32
  targets: i32
  outputs: i32
  width: i32
  total: i32
  input: i32
  lossKind: i32
  targetExponential: i32
  folded: i32
  small: i32
  encodeFrom: i32
  encodeTo: i32
  forwardFrom: i32
  forwardTo: i32
  linkFrom: i32
  linkTo: i32
  targetFrom: i32
  targetTo: i32
  lossFrom: i32
  lossTo: i32
  backwardFrom: i32
  backwardTo: i32
  commitRestFrom: i32
  commitRestTo: i32
  zeroFrom: i32
  zeroTo: i32
  stepFrom: i32
  stepTo: i32
  restFrom: i32
  restTo: i32
  ratesFrom: i32
  ratesTo: i32
  x: usize
  y: usize
  weight: usize
  columns: usize
  outputPlace: usize
  linkPlace: usize
  targetPlace: usize
  lossPlace: usize
  delta: usize
  losses: usize
  steps: usize
  batchSize: usize
  meanLoss: usize
  meanSquaredDelta: usize
  drift: i32
  reach: usize
  move: usize
  gradientBound: usize
  parameterBound: usize
  known: i32
  parameters: usize
  scalers: usize
  next: usize
  targetScaler: i32
  targetNext: usize
  huberDelta: usize
}

@unmanaged
export class Scaler {
  n: f64
  mean: f64
  variance: f64
  clipped: f64
  run: f64
  restarts: f64
}

@unmanaged
export class Scores {
  rows: f64
}

@unmanaged
export class SparseLayer {
  active: i32
  capacity: i32
  missing: i32
  weights: usize
  bias: i32
  squares: i32
  biasSquares: i32
  rate: usize
  biasRate: usize
  epsilon: usize
  ring: usize
  ringStride: i32
}
