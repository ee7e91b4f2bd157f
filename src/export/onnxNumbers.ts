import type { Scaling } from '../features/field.js'
import { FORGETTING, FURTHEST_TRUSTED, NO_SPREAD, RESTART_AFTER, TAKEN_AS, TRUST_FROM } from '../program/rules.js'
import type { Name, OnnxGraph } from './onnxGraph.js'
import type { Statistics } from './predictionOf.js'

/** Expressions of f64, in which numbers become columns. Each takes and returns the names of values. */
export interface Doubles {
  readonly graph: OnnxGraph
  value(x: number): Name
  add(a: Name, b: Name): Name
  sub(a: Name, b: Name): Name
  mul(a: Name, b: Name): Name
  div(a: Name, b: Name): Name
  greater(a: Name, b: Name): Name
  where(condition: Name, a: Name, b: Name): Name
  isMissing(x: Name): Name
  /** A number a row as a matrix of one column. */
  column(x: Name): Name
  /** ⌊x⌋. */
  floor(x: Name): Name
  /** What is left of x when it is divided by a whole number: x − b⌊x/b⌋. */
  remainder(x: Name, b: number): Name
}

export const doublesOf = (graph: OnnxGraph): Doubles => {
  const value = (x: number): Name => graph.constant('double', [x], [])
  const binary =
    (op: string) =>
    (a: Name, b: Name): Name =>
      graph.node(op, [a, b])
  const [add, sub, mul, div, greater] = ['Add', 'Sub', 'Mul', 'Div', 'Greater'].map(binary)
  const floor = (x: Name): Name => graph.node('Floor', [x])
  return {
    ...{ graph, value, add, sub, mul, div, greater, floor },
    where: (condition, a, b) => graph.node('Where', [condition, a, b]),
    isMissing: (x) => graph.node('IsNaN', [x]),
    column: (x) => graph.node('Unsqueeze', [x, graph.constant('int64', [1])]),
    remainder: (x, b) => sub(x, mul(value(b), floor(div(x, value(b))))),
  }
}

/**
 * z = (x − μ)/σ, clipped, by the statistics that a prediction reads: the committed ones, advanced by this x alone unless
 * `advance` is false; `whole` trusts every x. A missing x gives 0. The equations are those of `program/statistics.ts`, with all that does not
 * depend on x computed beforehand.
 */
export const scaled = (
  doubles: Doubles,
  given: Name,
  { exponential, clip }: Scaling,
  { n, mean, variance, run }: Statistics,
  advance: boolean,
  whole: boolean,
): Name => {
  const { add, div, graph, greater, isMissing, mul, sub, value, where } = doubles
  const mu = value(mean)
  const missing = isMissing(given)
  const known = where(missing, mu, given)
  const away = sub(known, mu)
  // A number that is not trusted counts as a nearer one, or begins the statistics anew: then its z is 0.
  const isWild =
    exponential && !whole && n >= TRUST_FROM && variance > NO_SPREAD * mean * mean
      ? greater(mul(away, away), value(FURTHEST_TRUSTED * FURTHEST_TRUSTED * variance))
      : undefined
  const near = TAKEN_AS * Math.sqrt(variance)
  const x = isWild ? where(isWild, where(greater(known, mu), value(mean + near), value(mean - near)), known) : known
  const delta = isWild ? sub(x, mu) : away

  const rows = n + 1
  const a = Math.max(1 / rows, FORGETTING)
  const next = (): readonly [mean: Name, variance: Name] => {
    if (!advance) return [mu, value(variance)]
    const moved = add(mu, exponential ? mul(value(a), delta) : div(delta, value(rows)))
    return exponential
      ? [moved, mul(value(1 - a), add(value(variance), mul(mul(value(a), delta), delta)))]
      : [moved, add(value(variance), div(sub(mul(delta, sub(x, moved)), value(variance)), value(rows)))]
  }
  const [moved, square] = next()
  const isSpread = greater(square, mul(value(NO_SPREAD), mul(moved, moved)))
  const spread = graph.node('Sqrt', [where(isSpread, square, value(1))])
  const z = where(isSpread, div(sub(x, moved), spread), value(0))
  const bounded = graph.node('Max', [graph.node('Min', [z, value(clip)]), value(-clip)])
  const restarts = isWild && advance && run + 1 >= RESTART_AFTER
  return where(missing, value(0), restarts ? where(isWild, value(0), bounded) : bounded)
}

/** Returns sin(2πt) and cos(2πt) of a number of turns t, as two columns; those of a missing number are 0. */
export const circled = (
  { column, graph, floor, isMissing, mul, sub, value, where }: Doubles,
  turns: Name,
): readonly Name[] => {
  const angle = mul(value(6.283185307179586), sub(turns, floor(turns)))
  return ['Sin', 'Cos'].map((op) => column(where(isMissing(turns), value(0), graph.node(op, [angle]))))
}

const DAY = 86400000

/**
 * Returns how many turns each part of a local time in milliseconds is: the hour of a day, the weekday of a week, and the
 * month of a year. They are those of `features/timeColumns.ts`, which also has the sources.
 */
export const turnsOfTime = (doubles: Doubles, local: Name): Readonly<Record<string, () => Name>> => {
  const { add, div, floor, mul, remainder, sub, value } = doubles
  const days = floor(div(local, value(DAY)))
  const quotient = (x: Name, b: number): Name => floor(div(x, value(b)))
  const fourTimes = (x: Name): Name => add(mul(x, value(4)), value(3))
  return {
    hour: () => div(sub(local, mul(days, value(DAY))), value(DAY)),
    weekday: () => div(add(days, value(3)), value(7)),
    month() {
      const ofCentury = quotient(remainder(fourTimes(add(days, value(719468))), 146097), 4)
      const dayOfYear = quotient(remainder(fourTimes(ofCentury), 1461), 4)
      return div(add(div(add(mul(dayOfYear, value(5)), value(2)), value(153)), value(2)), value(12))
    },
  }
}
