import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { F64 } from '../program/abi.js'
import type { StepRows } from '../program/stepRows.js'
import { choose, store } from '../program/store.js'
import { bySettings } from '../settings.js'
import { checkLinear } from './linear.js'
import { type Optimizer, optimizer } from './optimizer.js'

/** The largest number of weights: a row costs its square. */
const MOST = 512
/** A slope below this is none. */
const FLAT = 1e-150
const BYTES = 8

export interface RecursiveLeastSquaresConfig {
  /** λ, the weight of ‖θ‖² beside the squared errors. */
  readonly ridge?: number
  /** φ, the share by which a row brings P back to what it was at the start. */
  readonly forgetting?: number
}

/**
 * Recursive least squares: θ is what ridge regression over the rows so far gives, whatever columns have in common, where
 * older rows count less.
 *
 *     P ← (1 − φ)P + φ·I/λ,   u = P·x
 *     P ← P − u·uᵀ·w/(1 + w⟨x, u⟩),   θ ← θ − w·r·u/(1 + w⟨x, u⟩),   r = ∂l/∂o
 *
 * P starts as I/λ. Without forgetting, φ = 0, θ_n = argmin Σ w_i (y_i − ⟨θ, x_i⟩)² + λ‖θ‖². Otherwise some 1/√φ rows are
 * remembered of columns that are scaled. When the model's own loss rises further above its mean than it would by
 * chance, φ is 0.9 for a row, and θ is learned anew from where it is.
 *
 * It is for linear models of one output with squared error (or `huber()`, which cuts r) in precision 'f64', with a bias
 * as one more x of 1. n weights take n² numbers and about n² operations a row, so at most 512 are accepted. Give numbers
 * the scale 'standard', whose statistics settle as these weights do. A window of several rows counts as one row of weight
 * 1 with the mean gradient. A row without an error takes no step. Defaults: λ = 1, φ = 1e-6.
 *
 * R. L. Plackett, "Some theorems in least squares" (1950); Goodwin and Sin, "Adaptive Filtering, Prediction and Control"
 * (1984), section 3.3, for the return of P; R. E. Kalman, "A new approach to
 * linear filtering and prediction problems" (1960), for its constant share.
 *
 * @throws RangeError for another model, loss or precision, for more weights than 512, for a ridge that is not above 0, and for a
 * share that is not below 1
 * @example
 * const scaled = numeric({ scale: 'standard' })
 * createModel({
 *   features: { flow: scaled, pressure: scaled },
 *   target: { power: scaled },
 *   layers: [dense(1)],
 *   optimizer: recursiveLeastSquares(),
 *   precision: 'f64',
 * })
 */
export const recursiveLeastSquares = (config?: RecursiveLeastSquaresConfig): Optimizer => {
  const { ridge, forgetting } = optionsOf('recursiveLeastSquares', config, { ridge: 1, forgetting: 1e-6 })
  checkNumber('recursiveLeastSquares: ridge', ridge, { open: true })
  checkNumber('recursiveLeastSquares: forgetting', forgetting, { below: 1 })
  return optimizer(
    [
      bySettings({
        kind: 'recursiveLeastSquares',
        ...{ ridge, forgetting },
        emit: (rows) => emit(rows, 1 / ridge, 1 - forgetting),
        after: (rows) => rows.driftShare().watch(),
      }),
    ],
    { learningRate: 1, groups: {} },
  )
}

const emit = (rows: StepRows, prior: number, kept: number): void => {
  checkLinear('recursiveLeastSquares', rows, { squared: 'squared()', huber: 'huber()' })
  const { gradient: g, meanSquaredDelta, scalar, scalars, site } = rows
  const { add, div, max, min, mul, sqrt, sub } = scalars
  if (site.plan.precision !== 'f64')
    throw new RangeError(
      `recursiveLeastSquares: the precision is '${site.plan.precision}'; expected 'f64', in which P keeps its digits.`,
    )
  const places = rows.tensors
    .filter(({ frozen }) => !frozen)
    .flatMap(({ offset, size }) => Array.from({ length: size }, (_, i) => BYTES * (offset + i)))
  if (places.length > MOST)
    throw new RangeError(
      `recursiveLeastSquares: the model has ${places.length} weights; expected at most ${MOST}, since a row costs their square.`,
    )
  const [x, u, part] = [rows.scratch('x'), rows.scratch('u'), rows.scratch('part')]
  // P less its first value, since slots start as zeros.
  const earned = places.map((_, i) => rows.slot(`P${i}`))

  // 1 for a window of one row, which alone has a weight of its own.
  const size = { address: site.batchSize }
  const single = sub(1, min(1, max(sub(size, 1), sub(1, size))))
  const weight = choose(rows, single, { address: site.first(site.weight, F64) }, rows.constant(1))
  // ∇ = w·r·x, so x is known but for the sign of r, and so is u; their signs cancel where they meet.
  const slope = sqrt(div(meanSquaredDelta, max(weight, FLAT)))
  const own = mul(weight, slope)
  rows.scale(x, g, div(scalar('greater', own, FLAT), max(own, FLAT)))

  const share = mul(rows.driftShare().share, kept)
  places.forEach((place, i) => {
    rows.scale(earned[i], earned[i], share)
    const product = add(rows.dot(earned[i], x), mul(prior, { address: x.address + place }))
    store(rows, { address: u.address + place }, product)
  })
  const factor = div(1, add(1, mul(weight, rows.dot(x, u))))
  const gain = mul(weight, factor)
  places.forEach((place, i) => {
    rows.scale(part, u, mul(gain, { address: u.address + place }))
    rows.sub(earned[i], earned[i], part)
  })
  rows.scale(g, u, mul(own, factor))
}
