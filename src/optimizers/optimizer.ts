import type { StepRows } from '../program/stepRows.js'
import type { Schedule } from '../schedules/schedule.js'
import { checkRate } from '../schedules/schedule.js'

/**
 * A rule that turns ∇ into a step, as data that emit rows and declare slots. Its other fields are its settings. With
 * `chain` one of your own becomes an optimizer.
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
  /** It keeps squares of gradients: the guard then refuses what would overflow them. */
  readonly secondMoments?: boolean
  /** Where a gradient is 0 it changes nothing: then weights that none of a window's names touch are left alone. */
  readonly lazy?: boolean
  /** Works on `rows.gradient` in place. */
  emit(rows: StepRows): void
  /** Rows that follow the write of θ. */
  after?(rows: StepRows): void
}

/** Transforms in order, then θ ← θ − η·u with a rate for each parameter group. */
export interface Optimizer {
  readonly kind: 'optimizer'
  readonly transforms: readonly Transform[]
  readonly learningRate: number | Schedule
  readonly groups: Readonly<Record<string, number | Schedule>>
}

export interface RateConfig {
  /** η: a number, or a schedule of the step. */
  readonly learningRate?: number | Schedule
  /** Rates of parameter groups (`bias`) or single tensors (`dense1.W`), instead of η. */
  readonly groups?: Readonly<Record<string, number | Schedule>>
}

/** Refuses a setting that lies outside its range; `below` is out of it, `from` too where the range is open. */
export const checkSetting = (
  what: string,
  value: number,
  { from = 0, below, open = false }: { from?: number; below: number; open?: boolean },
): void => {
  if (value < below && (open ? value > from : value >= from)) return
  const lower = open ? `above ${from}` : `from ${from}`
  throw new RangeError(
    `${what} is ${value}; expected a number ${lower}${below === Infinity ? '' : ` and below ${below}`}.`,
  )
}

export const optimizer = (
  transforms: readonly Transform[],
  { learningRate, groups = {} }: RateConfig & { readonly learningRate: number | Schedule },
): Optimizer => {
  for (const rate of [learningRate, ...Object.values(groups)])
    if (typeof rate === 'number') checkRate('optimizer', rate)
  return { kind: 'optimizer', transforms, learningRate, groups }
}
