import { middleOf } from '../../losses/middleOf.js'
import type { Prediction, Predictions } from '../../records.js'
import type { Value } from '../../values.js'
import type { Core } from '../state/core.js'

/** Sets a property by definition, because a name may be `__proto__`, which an assignment treats differently. */
const set = (into: Record<string, number>, name: string, value: number): void => {
  if (name === '__proto__') Object.defineProperty(into, name, { value, enumerable: true })
  else into[name] = value
}

/** Returns a label's text as a property key that engines have interned, because writing by such a key is faster. */
const keyOf = (label: Value): string => Object.keys({ [`${label}`]: 0 })[0]

/** Reads the prediction for a row from the arena. */
export interface Reader {
  /** @param step the step that made the prediction; by default the model's own */
  one<R>(row: R, step?: number, slot?: number): Prediction<R>
  columns(size: number): Predictions
  /** Writes the prediction of a slot's row to row i. */
  write(into: Predictions, i: number, slot: number): void
}

export const createReader = (core: Core): Reader => {
  const { plan, program, features, targets } = core
  let link = program.places.link >> 3
  const look = (slot: number): void => {
    link = (program.places.link + slot * program.rowStride) >> 3
  }
  const names = Object.keys(plan.target)
  const vocabulary = core.vocabularies[features]
  const width = plan.outputs === 1 ? 2 : plan.outputs
  const { levels } = plan.loss
  const middle = levels && middleOf(levels)

  /** A single output gives the probability of the second of two names; while only one name is known, it is certain. */
  const probability = (numbers: Float64Array, column: number, known: number): number => {
    if (plan.outputs > 1) return numbers[link + column]
    if (known < 2) return column < known ? 1 : 0
    const second = numbers[link]
    return column === 1 ? second : 1 - second
  }

  let labels: readonly Value[] = []
  let keys: readonly string[] = []
  const oneOfNames = <R>(row: R, step: number, known: readonly Value[]): Prediction<R> => {
    if (known !== labels) keys = known.map(keyOf)
    labels = known
    const numbers = core.f64
    // Writing a literal is much faster than writing name by name, and two names are the most frequent case.
    if (plan.outputs === 1 && keys.length === 2) {
      const second = numbers[link]
      const first = 1 - second
      const probabilities = { [keys[0]]: first, [keys[1]]: second }
      return { kind: 'prediction', row, step, value: labels[second > first ? 1 : 0], probabilities }
    }
    const probabilities: Record<string, number> = {}
    // This finds the most probable name; among equals the first one wins.
    let top = -1
    let highest = 0
    for (let i = 0; i < keys.length; i++) {
      const p = probability(numbers, i, keys.length)
      set(probabilities, keys[i], p)
      if (top >= 0 && !(p > highest)) continue
      top = i
      highest = p
    }
    return { kind: 'prediction', row, step, value: labels[top], probabilities }
  }
  const oneOfNumbers = <R>(row: R, step: number): Prediction<R> => {
    if (levels) {
      const quantiles: Record<number, number> = {}
      levels.forEach((level, i) => {
        quantiles[level] = core.f64[link + i]
      })
      return { kind: 'prediction', row, step, value: core.f64[link + (middle as number)], quantiles }
    }
    const value = core.f64[link]
    if (targets === 1) return { kind: 'prediction', row, step, value }
    const values: Record<string, number> = {}
    for (let i = 0; i < targets; i++) values[names[i]] = core.f64[link + i]!
    return { kind: 'prediction', row, step, value, values }
  }

  return {
    one(row, step = core.step, slot = 0) {
      look(slot)
      return vocabulary ? oneOfNames(row, step, vocabulary.values) : oneOfNumbers(row, step)
    },
    columns: (size) => ({
      kind: 'predictions',
      size,
      steps: new Float64Array(size).fill(Number.NaN),
      values: new Float64Array(size * targets).fill(Number.NaN),
      ...(levels && { quantiles: new Float64Array(size * plan.outputs).fill(Number.NaN), levels }),
      ...(vocabulary && { probabilities: new Float64Array(size * width), labels: vocabulary.values }),
    }),
    write({ steps, values, probabilities, quantiles }, i, slot) {
      look(slot)
      steps[i] = core.step
      if (quantiles) {
        quantiles.set(core.f64.subarray(link, link + plan.outputs), i * plan.outputs)
        values[i] = core.f64[link + (middle as number)]
        return
      }
      if (!vocabulary || !probabilities) {
        for (let j = 0; j < targets; j++) values[i * targets + j] = core.f64[link + j]!
        return
      }
      const known = vocabulary.values.length
      const numbers = core.f64
      // This finds the most probable column; among equals the first one wins, and it is −1 while no name is known.
      let top = known > 0 ? 0 : -1
      for (let j = 0; j < known; j++) {
        const p = probability(numbers, j, known)
        if (p > probabilities[i * width + top]) top = j
        probabilities[i * width + j] = p
      }
      values[i] = top
    },
  }
}
