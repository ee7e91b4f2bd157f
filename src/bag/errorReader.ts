import type { DriftDetector } from '../drift/detector.js'
import { lossReader } from '../drift/lossReader.js'
import { isCategory, scalingOf } from '../features/field.js'
import { observing } from '../metrics/observed.js'
import type { Learned, Model } from '../model.js'

/** The errors of a row: what a detector reads, and what members are compared by. NaN: the row says nothing. */
export type ReadError<R> = (learned: Learned<R>) => { readonly reading: number; readonly error: number }

/**
 * Reads the error of a model at a row as `detectDrift` does: 1 for a class that was missed, and 1 − e^(−l) for a number,
 * or the loss l itself where the detector reads numbers.
 */
export const errorReader = <R>(model: Model<R>, detector: DriftDetector | undefined): ReadError<R> => {
  const [first] = Object.keys(model.target)
  const observe = observing(model, first)
  if (isCategory(model.target[first]))
    return (learned) => {
      const { actual, predicted } = observe(learned, 0)
      const miss = isKnown(learned, predicted) ? Number(actual !== predicted) : Number.NaN
      return { reading: miss, error: miss }
    }
  const scaled = Object.values(model.target).every((field) => scalingOf(field) !== undefined)
  const readingOf = lossReader(detector?.reads, 'numeric', scaled)
  // Where a number has no scale, only its losses themselves tell a good member from a bad one.
  const errorOf = scaled ? lossReader('share', 'numeric', true) : (loss: number) => loss
  return (learned) => {
    const { predicted } = observe(learned, 0)
    if (!isKnown(learned, predicted)) return { reading: Number.NaN, error: Number.NaN }
    return { reading: readingOf(learned.losses), error: errorOf(learned.losses) }
  }
}

/** A loss that is not finite is that of a row without a label, or of a refused step. */
const isKnown = <R>({ losses }: Learned<R>, predicted: number): boolean =>
  Number.isFinite(losses) && !Number.isNaN(predicted)
