import type { DriftDetector } from '../drift/detector.js'
import { isCategory, scalingOf } from '../features/field.js'
import { observing } from '../metrics/observed.js'
import type { Learned, Model } from '../model.js'
import { exp64 } from '../program/elementary/index.js'

/** The loss of a scaled number is cut here for a detector that reads it itself, so that a single outlier is no drift. */
const MOST = 8

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
  return (learned) => {
    const { predicted } = observe(learned, 0)
    if (!isKnown(learned, predicted)) return { reading: Number.NaN, error: Number.NaN }
    // Where a number has no scale, only its losses themselves tell a good member from a bad one.
    const share = 1 - exp64(-learned.losses)
    return {
      reading: detector?.reads === 'share' ? share : scaled ? Math.min(learned.losses, MOST) : learned.losses,
      error: scaled ? share : learned.losses,
    }
  }
}

/** A loss that is not finite is that of a row without a label, or of a refused step. */
const isKnown = <R>({ losses }: Learned<R>, predicted: number): boolean =>
  Number.isFinite(losses) && !Number.isNaN(predicted)
