import { isUnscaled } from '../../features/scaledNumber.js'
import { log64 } from '../../program/elementary/index.js'
import type { Floats } from '../../values.js'
import type { Core } from '../state/core.js'

/**
 * Rows' way through the arena: in, forward, loss, backward. Rows stand side by side; the slots `first` up to
 * `first + count` go through together.
 */
export interface Pass {
  /** Puts a row's numbers in. */
  load(slot: number, x: Float64Array, xAt: number, y: Float64Array, yAt: number, weight: number): void
  /** Whether a row's features may be put in as they are: plain numbers, and many enough for that to be quicker. */
  readonly direct: boolean
  /** Puts a row's features in as they are; false: one of them is not to be taken so. */
  place(slot: number, x: Floats, at: number): boolean
  /** Puts in a row's columns. */
  put(slot: number, columns: Floats, at: number): void
  /** A row's columns, as a view that is valid until the arena grows. */
  columns(slot: number): Floats
  /** Columns of rows that have been loaded and not been placed. */
  encode(first: number, count: number): void
  /** Puts in what a placed row has beside its features. */
  label(slot: number, y: Float64Array, yAt: number, weight: number): void
  /** Outputs and prediction, by the statistics that a prediction sees; rows that are not encoded yet are so first. */
  predict(first: number, count: number, encoded?: boolean): void
  /** Outputs by the statistics that a gradient sees: the prediction's own, but for `afterPrediction`. */
  forward(first: number, count: number): void
  /** l and ∂l/∂output. A class that has no column is scored against the mass kept for it, with no gradient. */
  loss(first: number, count: number): void
  lossOf(slot: number): number
  setLoss(slot: number, loss: number): void
  /** ∇ += w·∂l/∂θ, the rows in their order. */
  backward(first: number, count: number): void
  /** Σ |∂l/∂output|². */
  squaredDelta(slot: number): number
  /** The numbers that are predicted from, the outputs' and their gradients', as they stand in the arena. */
  links(slot: number): Float64Array
  outputs(slot: number): Floats
  deltas(slot: number): Floats
  /** The row's numbers that backward needs but θ. */
  save(slot: number, into: Uint8Array, at: number): void
  restore(slot: number, from: Uint8Array, at: number): void
  readonly savedBytes: number
}

/** From so many features on, rows of plain numbers are put in as they are. */
const WIDE = 24

export const createPass = (core: Core): Pass => {
  const { plan, program, features, width, targets } = core
  const { places, rowStride } = program
  const shift = program.precision === 'f32' ? 2 : 3
  const category = plan.loss.task === 'category'
  const twice = plan.statistics === 'afterPrediction'
  // read where the program reads it: a worker has the counts of names, and no names
  const classes = (): number => core.f64[(places.counts[features] as number) >> 3]!
  const at = (address: number, slot: number): number => address + slot * rowStride
  const vectorAt = (address: number): Floats => core.view.subarray(address >> shift, (address >> shift) + plan.outputs)
  const direct = !twice && width >= WIDE && !core.memories && Object.values(plan.features).every(isUnscaled)
  const lossPlace = (slot: number): number => at(places.losses, slot) >> 3

  const label = (slot: number, y: Float64Array, yAt: number, weight: number): void => {
    const d = core.f64
    const to = at(places.y, slot) >> 3
    for (let i = 0; i < targets; i++) d[to + i] = y[yAt + i]!
    d[at(places.weight, slot) >> 3] = weight
  }

  const put = (slot: number, columns: Floats, from: number): void =>
    core.view.set(columns.subarray(from, from + width), at(places.columns, slot) >> shift)

  return {
    load(slot, x, xAt, y, yAt, weight) {
      const d = core.f64
      const to = at(places.x, slot) >> 3
      for (let i = 0; i < width; i++) d[to + i] = x[xAt + i]!
      label(slot, y, yAt, weight)
    },
    direct,
    place(slot, x, from) {
      // looked at in row 0, which is free while rows come in
      put(0, x, from)
      if (core.run('fits') !== 0) return false
      core.bytes.copyWithin(at(places.columns, slot), places.columns, places.columns + (width << shift))
      return true
    },
    put,
    columns(slot) {
      const from = at(places.columns, slot) >> shift
      return core.view.subarray(from, from + width)
    },
    encode(first, count) {
      core.run('encode', first, count)
    },
    label,
    predict(first, count, encoded) {
      if (!encoded) core.run(twice ? 'encodeCommitted' : 'encode', first, count)
      core.run('forward', first, count)
      core.run('link', first, count)
    },
    forward(first, count) {
      if (!twice) return
      core.run('encode', first, count)
      core.run('forward', first, count)
      core.run('link', first, count)
    },
    loss(first, count) {
      core.run('target', first, count)
      core.run('loss', first, count)
      for (let slot = first; slot < first + count; slot++) {
        const unseen = category && core.f64[at(places.y, slot) >> 3] === -1
        if (unseen) vectorAt(at(places.delta, slot)).fill(0)
        core.f64[lossPlace(slot)] = unseen
          ? log64(Math.max(2, classes() + 1))
          : core.view[at(places.loss, slot) >> shift]!
      }
    },
    lossOf: (slot) => core.f64[lossPlace(slot)]!,
    setLoss(slot, loss) {
      core.f64[lossPlace(slot)] = loss
    },
    backward(first, count) {
      core.run('backward', first, count)
    },
    squaredDelta(slot) {
      const from = at(places.delta, slot) >> shift
      let sum = 0
      for (let i = 0; i < plan.outputs; i++) sum += core.view[from + i]! * core.view[from + i]!
      return sum
    },
    links(slot) {
      const from = at(places.link, slot) >> 3
      return core.f64.subarray(from, from + plan.outputs)
    },
    outputs: (slot) => vectorAt(at(places.outputs, slot)),
    deltas: (slot) => vectorAt(at(places.delta, slot)),
    savedBytes: places.forwardEnd - places.columns,
    save(slot, into, to) {
      into.set(core.bytes.subarray(at(places.columns, slot), at(places.forwardEnd, slot)), to)
    },
    restore(slot, from, start) {
      core.bytes.set(from.subarray(start, start + places.forwardEnd - places.columns), at(places.columns, slot))
    },
  }
}
