import { isCategory } from '../../features/field.js'
import type { Core } from '../state/core.js'

/** The statistics by which labels are scaled, scored and recalled: what changes with each label that is learned. */
export interface LabelState {
  /** Copies them. */
  take(): number[]
  /** Writes a copy back. */
  put(taken: readonly number[]): void
  /** Writes the last labels of a copy back, and leaves the rest as it is. */
  putLast(taken: readonly number[]): void
  /** Returns how many classes a copy knows. */
  classesOf(taken: readonly number[]): number
  /** Tells whether these numbers can be a copy of this model's. */
  fits(taken: readonly number[]): boolean
}

interface Range {
  readonly at: number
  readonly length: number
}

/** Reads the count of classes, the targets' statistics, and the queues of labels that experts recall, in this order. */
export const createLabelState = (core: Core): LabelState => {
  const { statistics, counts, experts } = core.program.places
  const targets = core.fields.slice(core.features)
  const isClass = targets.some(isCategory)
  const capacity = targets[0].names?.().capacity ?? 0
  const counted: readonly Range[] = isClass ? [{ at: counts[core.features] >> 3, length: 1 }] : []
  const scalers = targets.flatMap((field, k): readonly Range[] => {
    const address = statistics[core.features + k]
    return address < 0 ? [] : [{ at: address >> 3, length: field.statistics?.() ?? 0 }]
  })
  const last = (experts?.labels ?? []).map(({ address, length }): Range => ({ at: address >> 3, length }))
  const fixed = [...counted, ...scalers]
  const all = [...fixed, ...last]
  const lengthOf = (ranges: readonly Range[]): number => ranges.reduce((sum, { length }) => sum + length, 0)
  const [before, total] = [lengthOf(fixed), lengthOf(all)]

  const write = (ranges: readonly Range[], taken: readonly number[], first: number): void => {
    let from = first
    for (const { at, length } of ranges) for (let i = 0; i < length; i++) core.f64[at + i] = taken[from++]
  }
  const isColumn = (x: number): boolean => Number.isInteger(x) && x >= -1 && x < capacity
  return {
    take() {
      const taken: number[] = []
      for (const { at, length } of all) for (let i = 0; i < length; i++) taken.push(core.f64[at + i])
      return taken
    },
    put: (taken) => write(all, taken, 0),
    putLast: (taken) => write(last, taken, before),
    classesOf: (taken) => (isClass ? taken[0] : 0),
    fits: (taken) =>
      taken.length === total &&
      taken.every((x) => Number.isFinite(x)) &&
      (!isClass || (Number.isInteger(taken[0]) && taken[0] >= 0 && taken[0] <= capacity)) &&
      (!isClass || taken.slice(before).every(isColumn)),
  }
}
