import type { StepRows } from '../program/stepRows.js'
import type { Schedule } from '../schedules/schedule.js'
import { checkRate } from '../schedules/schedule.js'

/**
 * A rule that turns ∇ into a step, as data that emit rows and declare slots. Its other fields are its settings. `chain`
 * makes an optimizer of a custom transform.
 *
 * @example
 * const lion = (beta = 0.9): Transform => ({
 *   kind: 'lion',
 *   ...{ beta },
 *   emit({ gradient: g, slot, scratch, ...rows }) {
 *     const [m, size] = [slot('mean'), scratch('size')]
 *     rows.scale(m, m, beta)
 *     rows.scale(g, g, 1 - beta)
 *     rows.add(m, m, g)
 *     // the sign of m, as m/√(m² + ε)
 *     rows.mul(size, m, m)
 *     rows.shift(size, size, 1e-12)
 *     rows.sqrt(size, size)
 *     rows.div(g, m, size)
 *   },
 * })
 * const optimizer = chain(lion(), sgd({ learningRate: 0.001 }))
 * createModel({ features, target, layers: [dense(1)], optimizer }).learn(rows)
 */
export interface Transform {
  readonly kind: string
  /** Whether it keeps squares of gradients; the guard then refuses gradients that would overflow them. */
  readonly secondMoments?: boolean
  /**
   * Whether it changes nothing where a gradient is 0; weights that no name of a window touches are then not visited.
   */
  readonly lazy?: boolean
  /** Whether `chain` puts it behind the optimizer's own rule, which then does not adapt what it adds. */
  readonly decoupled?: boolean
  /** Emits rows that change `rows.gradient` in place. */
  emit(rows: StepRows): void
  /** Emits rows that run after θ is written. */
  after?(rows: StepRows): void
}

/** Transforms in order, followed by θ ← θ − η·u with a rate for each parameter group. */
export interface Optimizer {
  readonly kind: 'optimizer'
  readonly transforms: readonly Transform[]
  readonly learningRate: number | Schedule
  readonly groups: Readonly<Record<string, number | Schedule>>
}

export interface RateConfig {
  /** The learning rate η: a number, or a schedule of the step. */
  readonly learningRate?: number | Schedule
  /** The rates of parameter groups (`bias`) or single tensors (`dense1.W`), which replace η. */
  readonly groups?: Readonly<Record<string, number | Schedule>>
}

/** The options that every optimizer has, with the rate of plain gradient descent. */
export const rateDefaults: Required<RateConfig> = { learningRate: 0.01, groups: {} }

export const optimizer = (
  transforms: readonly Transform[],
  { learningRate, groups }: Required<RateConfig>,
): Optimizer => {
  for (const rate of [learningRate, ...Object.values(groups ?? {})])
    if (typeof rate === 'number') checkRate('optimizer', rate)
  return { kind: 'optimizer', transforms, learningRate, groups }
}
