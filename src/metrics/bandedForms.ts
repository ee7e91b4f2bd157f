import { createBatches, withBatches } from './batches.js'
import type { Forms } from './scoreboardBlock.js'

/** As many batches become half as many, so that there are never fewer than 16 of them in a long stream. */
const MOST = 32
/** A fading score hardly knows rows that are older than so many batches. */
const MOST_FADING = 128

/** Lets the forms of a metric keep the batches of their rows, from which the bands of their values are known. */
export function bandedForms<F extends Pick<Forms, 'metric' | 'cumulative' | 'fading'>>(forms: F, factor = 0.999): F {
  const { metric, cumulative, fading } = forms
  const ever = createBatches(metric, MOST, Number.POSITIVE_INFINITY)
  const lately = createBatches(metric, MOST_FADING, Math.max(1, 1 / (1 - factor) / 16))
  return { ...forms, cumulative: withBatches(cumulative, ever), fading: withBatches(fading, lately) }
}
