import { isLabel, readsOf, widthOf } from '../../features/field.js'
import type { Trace } from '../../features/memory.js'
import { isInBounds } from '../../features/refusal.js'
import type { Held } from '../../late.js'
import { shown } from '../../options/shown.js'
import type { Prediction } from '../../records.js'
import type { Floats, Row } from '../../values.js'
import type { Core } from '../state/core.js'
import { tagOf } from '../state/plainCopy.js'
import type { Pass } from '../step/pass.js'
import type { LabelState } from './labelState.js'
import { holdRow, problemOfHeldRow } from './plainRow.js'

/** Turns rows that stand in the arena into what is held of them, and back. */
export interface HeldRows {
  /** Copies the row in slot 0, whose numbers are x. */
  hold<R>(row: R, prediction: Prediction<R>, x: Float64Array): Held
  /** Returns the numbers in x that fields recall of columns other than a target, and NaN for the rest. */
  knownBefore(x: Float64Array): readonly number[]
  /** Writes those numbers into x, and leaves what fields recall of a target as it is. */
  putKnownBefore(numbers: readonly number[], x: Float64Array): void
  /** Writes the numbers that fields recalled into x. */
  recall(held: Held, x: Float64Array): void
  /** Writes the outputs that the row had into slot 0. */
  putOutputs(held: Held): void
  /** Returns the part of a trace that a label leaves, or that the rest of its row leaves. */
  partOf(trace: Trace, label: boolean): Trace
  problemOf(held: unknown): string | undefined
}

export const createHeldRows = (core: Core, pass: Pass, labels: LabelState): HeldRows => {
  const { plan, program } = core
  const { places, precision } = program
  const shift = precision === 'f32' ? 2 : 3
  const entries = Object.entries(plan.features)
  const read = new Set([...entries.flatMap(([name, field]) => readsOf(name, field)), ...Object.keys(plan.target)])
  for (const name of [plan.weight, plan.cursor]) if (name !== undefined) read.add(name)

  /** Where the numbers that are recalled stand in x, and whether each is that of a target. */
  const recalled: number[] = []
  const recalledOfTarget: boolean[] = []
  const ofTarget: boolean[] = []
  let at = 0
  for (const [name, field] of entries) {
    if (field.memory) {
      const isOfTarget = readsOf(name, field).some((column) => isLabel(column, plan.features, plan.target))
      for (let i = 0; i < widthOf(field); i++) {
        recalled.push(at + i)
        recalledOfTarget.push(isOfTarget)
      }
      ofTarget.push(isOfTarget)
    }
    at += widthOf(field)
  }
  const expertOutputs = (k: number): Floats => {
    const from = (places.experts?.outputs[k] as number) >> shift
    return core.view.subarray(from, from + plan.outputs)
  }
  const experts = places.experts?.outputs.length ?? 0
  const numbers = plan.outputs * (1 + experts)

  return {
    hold(row, { step, value, probabilities, values, quantiles }, x) {
      const outputs = [...pass.outputs(0)]
      for (let k = 0; k < experts; k++) outputs.push(...expertOutputs(k))
      const held = {
        ...holdRow(row as Row, read),
        step,
        value,
        recalled: recalled.map((i) => x[i]),
      }
      return {
        ...held,
        ...(probabilities && { probabilities: probabilities as Readonly<Record<string, number>> }),
        ...(values && { values }),
        ...(quantiles && { quantiles }),
        labels: labels.take(),
        outputs,
      }
    },
    knownBefore: (x) => recalled.map((place, i) => (recalledOfTarget[i] ? Number.NaN : x[place])),
    putKnownBefore(numbers, x) {
      recalled.forEach((place, i) => {
        if (!recalledOfTarget[i]) x[place] = numbers[i]
      })
    },
    recall(held, x) {
      recalled.forEach((place, i) => {
        x[place] = held.recalled[i]
      })
    },
    putOutputs({ outputs }) {
      pass.outputs(0).set(outputs.slice(0, plan.outputs))
      for (let k = 0; k < experts; k++)
        expertOutputs(k).set(outputs.slice((k + 1) * plan.outputs, (k + 2) * plan.outputs))
    },
    partOf: ({ keys, values }, label) => ({
      keys: keys.map((key, i) => (ofTarget[i] === label ? key : undefined)),
      values,
    }),
    problemOf(given) {
      const { step, recalled: own, labels: taken, outputs, value, values, quantiles } = (given ?? {}) as Partial<Held>
      const isNumbers = (list: unknown, length: number, fits: (x: number) => boolean): boolean =>
        Array.isArray(list) && list.length === length && list.every((x) => typeof x === 'number' && fits(x))
      const problem = problemOfHeldRow(given)
      if (problem) return problem
      if (!(Number.isSafeInteger(step) && (step as number) >= 0)) return `holds a row of step ${shown(step)}`
      if (value !== undefined && value !== null && typeof value === 'object')
        return `holds the prediction ${shown(value)}`
      if (values !== undefined && tagOf(values) !== 'Object') return `holds the predictions ${shown(values)}`
      if (quantiles !== undefined && tagOf(quantiles) !== 'Object') return `holds the quantiles ${shown(quantiles)}`
      if (!isNumbers(own, recalled.length, (x) => Number.isNaN(x) || isInBounds(x)))
        return `holds a row with other recalled numbers; expected ${recalled.length}`
      // A model whose θ has left the numbers holds outputs that are none, and takes its own snapshot back.
      if (!isNumbers(outputs, numbers, () => true)) return `holds a row with other outputs; expected ${numbers}`
      if (!Array.isArray(taken) || !labels.fits(taken)) return 'holds a row with other statistics of its label'
      return undefined
    },
  }
}
