import { exp64 } from '../program/elementary/index.js'
import type { DriftDetector } from './detector.js'

/** Losses are cut here, so that a single outlier is no drift: those of a scaled number, and those of a class. */
const MOST = { numeric: 8, category: 4 } as const

/**
 * Creates a function that turns a row's loss into what a detector reads: 1 − e^(−l) for a detector of shares, or else
 * the loss, cut for a class and for a scaled number.
 */
export const lossReader = (
  reads: DriftDetector['reads'] | undefined,
  task: keyof typeof MOST,
  scaled: boolean,
): ((loss: number) => number) => {
  const most = scaled ? MOST[task] : Infinity
  return reads === 'share' ? (loss) => 1 - exp64(-loss) : (loss) => Math.min(loss, most)
}
