import { optionsOf } from '../options/optionsOf.js'
import { F64 } from '../program/abi.js'
import type { Scalar, StepRows } from '../program/stepRows.js'
import { choose, store } from '../program/store.js'
import { bySettings } from '../settings.js'
import { clippedToLabels } from './labelRange.js'
import { checkLinear } from './linear.js'
import { type Optimizer, optimizer, type RateConfig, rateDefaults } from './optimizer.js'

const LOSSES = { squared: 'squared()', crossEntropy: 'crossEntropy()', hinge: 'hinge()' }

/** This keeps divisors above 0. */
const LEAST = 1e-300
/** A slope below this is none: 1 over it is still a number in f32. */
const FLAT = 1e-30

/**
 * Vowpal Wabbit's default rule, which adapts to each column, does not depend on the columns' scales, and is invariant to
 * the importance of a row: for linear models of one output on columns as they are. With the slope r = ∂l/∂o, in VW's
 * units (2(p − y) for squared error), and the row's weight w, for each x_i ≠ 0:
 *
 *     G_i ← G_i + w·r²·x_i²;   if |x_i| > s_i: θ_i ← θ_i·s_i/|x_i|, s_i ← |x_i|
 *     N ← N + w·Σ x_i²/s_i²,   T ← T + w,   v_i = √(T/N)·x_i / (√G_i·s_i)
 *     θ_i ← θ_i − h·v_i
 *
 * h moves the output as far as infinitely many steps of infinitely small importance would: with c = η·w·Σ x_i·v_i it is
 * (p − y)(1 − e^(−2c))·ηw/c for squared error, r·ηw·min(1, l/c) for a hinge, and for cross-entropy the solution of the
 * logistic case. Except for the latter, the output is first clipped to p, within the range of 0 and the labels so far;
 * predictions of the model are not clipped. A window of several rows counts as one row of weight 1 with the mean
 * gradient, and a gradient that comes without its losses takes no step. Default: η = 0.5.
 *
 * Karampatziakis and Langford, "Online importance weight aware updates" (2011); Ross, Mineiro and Langford, "Normalized
 * online learning" (2013); Duchi, Hazan and Singer, "Adaptive subgradient methods" (2011).
 *
 * @example
 * const columns = { a: numeric({ scale: 'none' }), b: numeric({ scale: 'none' }) }
 * createModel({ features: columns, target: { y: numeric({ scale: 'none' }) }, layers: [dense(1)], optimizer: vw() })
 */
export const vw = (config?: RateConfig): Optimizer =>
  optimizer(
    [bySettings({ kind: 'vw', secondMoments: true, lazy: true, emit })],
    optionsOf('vw', config, { ...rateDefaults, learningRate: 0.5 }),
  )

const emit = (rows: StepRows): void => {
  checkLinear('vw', rows, LOSSES)
  const { gradient: g, parameters, site, meanSquaredDelta, slot, scratch, scalars, scalar } = rows
  const { add, div, max, mul, sqrt, min, sub } = scalars
  const [squares, largest] = [slot('sumOfSquares'), slot('largest')]
  const [x, size, v, moved] = [scratch('x'), scratch('size'), scratch('v'), scratch('moved')]
  const [norms, weights] = [rows.state('norms', 0), rows.state('weights', 0)]
  const { kind } = site.plan.loss
  const isSquared = kind === 'squared'

  // 1 for a window of one row, which alone has a weight of its own.
  const size1 = { address: site.batchSize }
  const single = sub(1, min(1, max(sub(size1, 1), sub(1, size1))))
  const weight = choose(rows, single, { address: site.first(site.weight, F64) }, rows.constant(1))
  const delta = sqrt(div(meanSquaredDelta, max(weight, LEAST)))
  // Logistic loss takes any output as it is.
  const clipped = kind === 'crossEntropy' ? undefined : clippedToLabels(rows, single)
  const slope = isSquared && clipped ? mul(2, mul(delta, clipped.share)) : delta
  const own = mul(weight, slope)
  const isLive = scalar('greater', own, FLAT)

  // ∇ = w·∂l/∂o·x, so x is as good as known; its sign is that of −h.
  rows.scale(x, g, div(isLive, max(mul(weight, delta), FLAT)))
  rows.mul(v, x, x)
  rows.scale(v, v, mul(own, slope))
  rows.add(squares, squares, v)

  rows.each('abs', size, x)
  rows.each('max', size, size, largest)
  rows.div(v, largest, size)
  rows.mul(v, v, parameters)
  const rates = new Set(rows.tensors.filter(({ frozen }) => !frozen).map((tensor) => site.rateOf(tensor)))
  const atRate = (address: number): StepRows => rows.only((tensor) => site.rateOf(tensor) === address)
  // What does not move is not rescaled either.
  for (const address of rates) atRate(address).scale(moved, largest, scalar('greater', { address }, 0))
  rows.each('where', parameters, moved, v, parameters)
  rows.copy(largest, size)

  rows.div(v, x, largest)
  rows.each('where', v, x, v, x)
  store(rows, norms, add(norms, mul(weight, rows.dot(v, v))))
  store(rows, weights, add(weights, mul(weight, isLive)))
  const mean = sqrt(div(weights, max(norms, LEAST)))
  rows.sqrt(v, squares)
  rows.mul(v, v, largest)
  rows.div(v, x, v)
  rows.each('where', v, x, v, x)

  let reach: Scalar = rows.constant(0)
  for (const address of rates) reach = add(reach, mul(mul({ address }, site.rate), atRate(address).dot(x, v)))
  const c = mul(mul(weight, mean), reach)
  const share =
    kind === 'hinge' && clipped
      ? min(1, div(clipped.margin, max(c, LEAST)))
      : rows.boundShare(mul(mul(c, isSquared ? 2 : 1), meanSquaredDelta))
  rows.scale(g, v, mul(mul(own, mean), share))
}
