// Where the words of a row plan and of a call stand: the twin of src/model/rowPlan.ts and rowCalls.ts.

// a call: what is handed over and what comes back
export const COUNT: usize = 0
export const FIRST: usize = 1
export const READY: usize = 2
export const X_SINGLE: usize = 3
export const X: usize = 4
export const Y_SINGLE: usize = 5
export const Y: usize = 6
export const WEIGHTS: usize = 7
export const STEPS_OUT: usize = 8
export const LOSSES_OUT: usize = 9
export const ACTUAL: usize = 10
export const VALUES: usize = 11
export const PROBABILITIES: usize = 12
export const STATUS: usize = 13
export const STEP_NUMBER: usize = 14
export const PROBE: usize = 16

// a plan
export const LAYERS: usize = 0
export const FOLDED: usize = 1
export const INPUT: usize = 2
export const FEATURES: usize = 3
export const TARGETS: usize = 4
export const OUTPUTS: usize = 5
export const LOSS_KIND: usize = 6
export const FIELDS: usize = 7
export const TOTAL: usize = 9
export const TARGET_EXPONENTIAL: usize = 10
export const TYPE: usize = 11
// segments, from and to
export const ENCODE: usize = 12
export const FORWARD: usize = 14
export const LINK: usize = 16
export const TARGET: usize = 18
export const LOSS: usize = 20
export const BACKWARD: usize = 22
export const COMMIT: usize = 24
export const ZERO: usize = 26
export const STEP: usize = 28
export const REST: usize = 30
export const RATES: usize = 32
// addresses
export const X_PLACE: usize = 34
export const Y_PLACE: usize = 35
export const WEIGHT: usize = 36
export const COLUMNS: usize = 37
export const OUTPUTS_PLACE: usize = 38
export const LINK_PLACE: usize = 39
export const TARGET_PLACE: usize = 40
export const LOSS_PLACE: usize = 41
export const DELTA: usize = 42
export const LOSSES: usize = 43
export const STEPS: usize = 44
export const BATCH_SIZE: usize = 45
export const MEAN_LOSS: usize = 46
export const MEAN_SQUARES: usize = 47
export const DRIFT: usize = 48
export const REACH: usize = 49
export const MOVE: usize = 50
export const GRADIENT_BOUND: usize = 51
export const PARAMETER_BOUND: usize = 52
export const KNOWN: usize = 53
export const PARAMETERS: usize = 54
export const SCALERS: usize = 55
export const NEXT: usize = 56
export const TARGET_SCALER: usize = 57
export const TARGET_NEXT: usize = 58
export const HUBER_DELTA: usize = 59
export const SMALL: usize = 60
/** How many numbers a row of a call has. */
export const WIDTH: usize = 61
/** Where the words of a sparse layer begin; 0: there is none that the kernels know. */
export const SPARSE: usize = 62

// a layer of it
export const INPUTS: usize = 0
export const UNITS: usize = 1
export const ACTIVATION: usize = 2
export const LARGE: usize = 3
export const W: usize = 4
export const B: usize = 5
export const OUT: usize = 6
export const LAYER_DELTA: usize = 7
export const GRADIENT_W: usize = 8
export const GRADIENT_B: usize = 9
export const RATE_W: usize = 10
export const RATE_B: usize = 11
export const LIST: usize = 12
export const BEFORE: usize = 13
export const DELTA_BEFORE: usize = 14
export const PENDING: usize = 15

// a sparse layer of it
export const ACTIVE: usize = 0
export const CAPACITY: usize = 1
export const MISSING: usize = 2
export const SPARSE_W: usize = 3
export const SPARSE_B: usize = 4
export const SQUARES_W: usize = 5
export const SQUARES_B: usize = 6
export const SPARSE_RATE_W: usize = 7
export const SPARSE_RATE_B: usize = 8
export const EPSILON: usize = 9
export const RING: usize = 10
export const RING_STRIDE: usize = 11

/** In place of where a field's names are counted: it is a sparse row. */
export const HASHED = -2

export const PLAIN_INPUT = 0
export const SCALED_INPUT = 1
export const ENCODED_INPUT = 2

export const SQUARED = 1
export const HUBER = 2
export const BINARY = 3

/** Why it stopped; 0: all rows are done. */
export const REFUSED = 1
export const OUT_OF_BOUNDS = 2
export const NOT_PLAIN = 3
export const DRIFTED = 4
/** A row that has to be looked at closely before it is learned. */
export const CAREFUL = 5
