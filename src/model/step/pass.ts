import { isUnscaled } from '../../features/scaledNumber.js'
import { log64 } from '../../program/elementary/index.js'
import type { Floats } from '../../values.js'
import type { Core } from '../state/core.js'

/**
 * The pass of rows through the arena: load, forward, loss, backward. Rows stand side by side; those in the slots
 * `first` up to `first + count` go through together.
 */
export interface Pass {
  /** Writes a row's numbers into its slot. */
  load(slot: number, x: Float64Array, xAt: number, y: Float64Array, yAt: number, weight: number): void
  /**
   * Whether a row's features can be copied unencoded: they are plain numbers, and enough of them for that to be faster.
   */
  readonly direct: boolean
  /** Copies a row's features unencoded; it returns false if one of them cannot be taken so. */
  place(slot: number, x: Floats, at: number): boolean
  /** Writes a row's columns into its slot. */
  put(slot: number, columns: Floats, at: number): void
  /** Returns a row's columns, as a view that is valid until the arena grows. */
  columns(slot: number): Floats
  /** Encodes the columns of rows that have been loaded but not placed. */
  encode(first: number, count: number): void
  /** Writes the labels and the weight of a row whose features have been placed. */
  label(slot: number, y: Float64Array, yAt: number, weight: number): void
  /**
   * Computes outputs and predictions by the statistics that a prediction sees; rows not yet encoded are encoded first.
   */
  predict(first: number, count: number, encoded?: boolean): void
  /**
   * Computes outputs by the statistics that a gradient sees: the same as a prediction's, except for `afterPrediction`.
   */
  forward(first: number, count: number): void
  /**
   * Computes l and ∂l/∂output. A class without a column is scored against the mass reserved for it, with zero gradient.
   */
  loss(first: number, count: number): void
  lossOf(slot: number): number
  setLoss(slot: number, loss: number): void
  /** Returns a row's loss and what its experts keep of theirs, as they stand in the arena. */
  losses(slot: number): Float64Array
  /** Adds w·∂l/∂θ to ∇, row by row in order. */
  backward(first: number, count: number): void
  /** Returns Σ |∂l/∂output|². */
  squaredDelta(slot: number): number
  /** Returns the numbers that are predicted from, the outputs and their gradients, as they stand in the arena. */
  links(slot: number): Float64Array
  outputs(slot: number): Floats
  deltas(slot: number): Floats
  /** Saves the numbers of a row that backward needs, apart from θ. */
  save(slot: number, into: Uint8Array, at: number): void
  restore(slot: number, from: Uint8Array, at: number): void
  readonly savedBytes: number
}

/** From this number of features on, rows of plain numbers are copied unencoded. */
const WIDE = 24

export const createPass = (core: Core): Pass => {
  const { plan, program, features, width, targets } = core
  const { places, rowStride } = program
  const shift = program.precision === 'f32' ? 2 : 3
  const category = plan.loss.task === 'category'
  const twice = plan.statistics === 'afterPrediction'
  // The count is read where the program reads it, because a worker holds the counts of names but not the names.
  const classes = (): number => core.f64[places.counts[features] >> 3]
  const at = (address: number, slot: number): number => address + slot * rowStride
  const vectorAt = (address: number): Floats => core.view.subarray(address >> shift, (address >> shift) + plan.outputs)
  const direct = !twice && width >= WIDE && !core.memories && Object.values(plan.features).every(isUnscaled)
  const lossPlace = (slot: number): number => at(places.losses, slot) >> 3
  const { experts } = places
  const losses = 1 + (experts?.count ?? 0)

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
      // The check uses row 0, which is free while rows are being loaded.
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
        if (unseen) {
          vectorAt(at(places.delta, slot)).fill(0)
          for (const delta of experts?.deltas ?? []) vectorAt(at(delta, slot)).fill(0)
          this.losses(slot).fill(0)
        }
        core.f64[lossPlace(slot)] = unseen
          ? log64(Math.max(2, classes() + 1))
          : core.view[at(places.loss, slot) >> shift]
      }
    },
    lossOf: (slot) => core.f64[lossPlace(slot)],
    setLoss(slot, loss) {
      core.f64[lossPlace(slot)] = loss
    },
    losses: (slot) => core.f64.subarray(lossPlace(slot), lossPlace(slot) + losses),
    backward(first, count) {
      core.run('backward', first, count)
    },
    squaredDelta(slot) {
      const from = at(places.delta, slot) >> shift
      let sum = 0
      for (let i = 0; i < plan.outputs; i++) sum += core.view[from + i] * core.view[from + i]
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
