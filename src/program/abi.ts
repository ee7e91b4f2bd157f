/**
 * What the programs of the TypeScript side and the kernels agree on, declared once. `npm run kernels` generates the
 * kernels' side, src/kernels/assembly/abi.ts, from it, and a test fails where the two differ. Every export reaches the
 * kernels: a number becomes a constant, names with numbers become an enum, and names with types become a struct.
 *
 * The constants stand first, because a bundler then inlines their values.
 */

export * from './rules.js'

/** Element types. */
export const F32 = 0
export const F64 = 1

/** The reasons for which a step stops early; 0 means that it did not. */
export const REFUSED = 1
export const OUT_OF_BOUNDS = 2
/** A call of many rows also stops before a row that asks for more than arithmetic, and after a drift. */
export const SPECIAL_ROW = 3
export const DRIFTED = 4
/** A status that only the kernels use: they stop before a row that has to be checked closely before it is learned. */
export const CAREFUL = 5

/** The flags of `scale`, `commitScale` and `unscale`. */
export const EXPONENTIAL = 1
export const ADVANCE = 2
export const SCALED = 4
/** A flag of `scale`: z is that of the number itself, whatever the statistics take it for. */
export const WHOLE = 8

/** A flag of `weighExperts` and `scoreExperts`: losses count relative to those of the best expert. */
export const RELATIVE = 1

/** A flag of `nearest`: labels are classes. The number of its results is beside it, times 2. */
export const CLASSES = 1
/** The number of products of `adaptive` that are summed in the model's own type before they are added to the f64. */
export const SUMMED = 64

/** This value in place of the count of touched rows means that any row may be touched. */
export const ANY = -1
/** This value in place of the address where a field's names are counted means that the field is a sparse row. */
export const HASHED = -2

/** The number of places, a power of two, for rows of a sparse layer that are read ahead. */
export const RING_ROWS = 8
/** The number of bytes of such a row before its three lists. */
export const RING_HEAD = 16
/**
 * The number of words of a call before its rows' numbers: a multiple of four, so that the numbers are aligned to 16
 * bytes.
 */
export const CALL_WORDS = 20

/**
 * The names of all instructions, each at the place that is its opcode. A new instruction stands at the end, because
 * numbers in use never change.
 */
// biome-ignore format: families, a line each
const names = [
  // elementwise, n elements
  'neg', 'exp', 'log', 'sqrt', 'abs', 'sigmoid', 'tanh', 'relu', 'softplus', 'copy',
  'add', 'sub', 'mul', 'div', 'max', 'min', 'greater', 'pow', 'binaryCrossEntropy', 'where',
  // products and sums
  'dense', 'denseInput', 'outer', 'outerAdd', 'matmul', 'sum', 'expand', 'copyBlocks', 'fill', 'logSoftmax',
  // a vector and an f64 scalar
  'scaleBy', 'shiftBy', 'dot', 'mulAdd',
  // statistics
  'scale', 'commitScale', 'unscale', 'oneHot', 'cyclic', 'cast', 'known',
  // From guard to touched, an instruction acts on a whole window, and cannot be run for each of many rows.
  // the step
  'guard', 'watch', 'bound', 'drift', 'adaptive', 'descend', 'look',
  // the rows of a matrix that a window touched: the instruction behind `touched` is for these alone
  'sortTouched', 'touched',
  // products with the few rows of a matrix that a sparse row names; of a row, not of the step
  'sparseDense', 'sparseAdd',
  // a mixture of experts: a mean over the rows of a window, which is of the step; and the weights and scores of a row
  'meanOfRows', 'weighExperts', 'scoreExperts',
  // a number of a window's first row, as an f64
  'pick',
  // the last rows that were learned: takes one in; what the labels of those nearest to a row say
  'remember', 'nearest',
] as const
export type Opcode = (typeof names)[number]
export const OPCODE = Object.fromEntries(names.map((name, i) => [name, i])) as Readonly<Record<Opcode, number>>

/** The flags of `touched`: which addresses of the instruction behind it belong to vectors as long as θ. */
export const TOUCHES = { out: 1, a: 2, b: 4, c: 8 } as const

/** The loss for which `bound` bounds how far one step may move a row's own output. */
export const BOUND = { regression: 0, logistic: 1, softmax: 2 } as const

/** The way in which a row's numbers become columns. */
export const INPUT = { plain: 0, scaled: 1, encoded: 2 } as const

/** The losses of a single output that the kernels compute themselves; `graph` means that its instructions are run. */
export const LOSS = { graph: 0, squared: 1, huber: 2, crossEntropy: 3 } as const

/** The activations that the kernels compute together with their layer. */
export const ACTIVATION = { identity: 0, relu: 1, tanh: 2, sigmoid: 3 } as const

// Structs of one type of number, where each field stands:

/** The words of an instruction. `type` is the element type of its vectors; `n`, `m` and `k` are counts. */
export const INSTRUCTION = { opcode: 0, type: 1, out: 2, a: 3, b: 4, c: 5, n: 6, m: 7, k: 8, flags: 9 } as const
/**
 * The statistics of a column after n numbers, of which `clipped` were too far away to be trusted, `run` of them without
 * many others between; it has begun anew `restarts` times.
 */
export const SCALER = { n: 0, mean: 1, variance: 2, clipped: 3, run: 4, restarts: 5 } as const
export const SCALER_SIZE = 6
/**
 * Moments of losses, for the drift rule: a fast and a slow mean, and the second and third moment about the slow one.
 * The last three are the slow mean and what the moments say about chance, as they were when they last settled.
 */
export const LOSSES = { fast: 0, slow: 1, variance: 2, third: 3, mean: 4, noise: 5, skew: 6 } as const
/**
 * The state of the drift rule. `rows`, `firedAt` and `settledAt` count rows, `kept` is the share of G to keep, and
 * `largest` the largest slow mean so far. Two LOSSES follow it: of the losses as they are, and cut at `limit`.
 */
export const DRIFT = { kept: 0, firings: 1, rows: 2, firedAt: 3, settledAt: 4, largest: 5, limit: 6 } as const
export const WHOLE_LOSSES = 7
export const CUT_LOSSES = 14
export const DRIFT_SIZE = 21

/** The discounted number of rows that the experts of a mixture were scored on. A discounted loss of each follows it. */
export const SCORES = { rows: 0 } as const
export const SCORES_SIZE = 1

/** The number type of each of these structs. */
export const ALL_OF = { INSTRUCTION: 'i32', SCALER: 'f64', LOSSES: 'f64', DRIFT: 'f64', SCORES: 'f64' } as const

// Structs of several types, in the order of their fields:

/**
 * The types of a struct's fields. An `address` is a byte offset into the arena, an `optional` is an address or −1 where
 * there is none, a `pointer` is an address in the whole memory, and a `segment` is two i32: its first instruction and
 * the one behind its last.
 */
export type FieldType = 'i32' | 'f64' | 'address' | 'optional' | 'pointer' | 'segment'
export type Struct = Readonly<Record<string, FieldType>>

/**
 * What the kernels know of a model that learns at every row. Its layers stand directly behind it. `fields` and `sparse`
 * say how many words behind the beginning of the plan its fields and its sparse layer stand, or are 0 where there are
 * none.
 */
// biome-ignore format: one kind a line or two
export const ROW_PLAN = {
  layers: 'i32', type: 'i32', fields: 'i32', sparse: 'i32',
  features: 'i32', targets: 'i32', outputs: 'i32', width: 'i32', total: 'i32',
  input: 'i32', lossKind: 'i32', targetExponential: 'i32', folded: 'i32', small: 'i32',
  encode: 'segment', forward: 'segment', link: 'segment', target: 'segment', loss: 'segment', backward: 'segment',
  commitRest: 'segment', zero: 'segment', step: 'segment', rest: 'segment', rates: 'segment',
  x: 'address', y: 'address', weight: 'address', columns: 'address', outputPlace: 'address', linkPlace: 'address',
  targetPlace: 'address', lossPlace: 'address', delta: 'address', losses: 'address', steps: 'address',
  batchSize: 'address', meanLoss: 'address', meanSquaredDelta: 'address', drift: 'optional', reach: 'address',
  move: 'address', gradientBound: 'address', parameterBound: 'address', known: 'optional', parameters: 'address',
  scalers: 'address', next: 'address', targetScaler: 'optional', targetNext: 'address', huberDelta: 'address',
} as const

/** The word of a row plan that is read by its name. */
export const PLAN = { layers: 0 } as const

/** A layer of a chain. */
// biome-ignore format: one kind a line
export const LAYER = {
  inputs: 'i32', units: 'i32', activation: 'i32', large: 'i32',
  weights: 'address', bias: 'optional', out: 'address', delta: 'address', gradient: 'address', biasGradient: 'optional',
  rate: 'address', biasRate: 'address', list: 'address', before: 'address', deltaBefore: 'address', pending: 'address',
} as const

/** A field: whether it may be missing, where its names are counted, whether its scaler is exponential, and its clip. */
export const FIELD = { missing: 'i32', names: 'optional', exponential: 'i32', clip: 'address' } as const
/** A field that is a sparse row, with the same layout; its `hashed` is the constant `HASHED`. */
export const HASHED_FIELD = { missing: 'i32', hashed: 'i32', active: 'i32', capacity: 'i32' } as const

/** A layer of one output on one sparse row. */
// biome-ignore format: one kind a line
export const SPARSE_LAYER = {
  active: 'i32', capacity: 'i32', missing: 'i32',
  weights: 'address', bias: 'optional', squares: 'optional', biasSquares: 'optional', rate: 'address', biasRate: 'address',
  epsilon: 'address', ring: 'address', ringStride: 'i32',
} as const

/**
 * A call of many rows: its rows are those from `first` up to `count`; `status` says why it stopped, `stepNumber` is the
 * number of its first step, and `probe` says that the caller only asks whether the first row could be learned. The
 * other fields say where the rows' numbers stand and where their results go.
 */
// biome-ignore format: one kind a line
export const ROW_CALL = {
  count: 'i32', first: 'i32', status: 'i32', probe: 'i32', stepNumber: 'f64',
  ready: 'i32', xSingle: 'i32', x: 'pointer', ySingle: 'i32', y: 'pointer', weights: 'pointer',
  steps: 'pointer', losses: 'pointer', actual: 'pointer', values: 'pointer', probabilities: 'pointer',
} as const
/** The words of a call that are read and written one by one; `stepNumber` takes two words, since it is an f64. */
export const CALL = { count: 0, first: 1, status: 2, probe: 3, stepNumber: 4, ready: 6 } as const
