import { log64 } from '../program/elementary/index.js'

/** The shares of scores above the two quantiles, between which the tail is measured. */
const START = 0.1
const END = 0.02

/**
 * Returns the size z that a share q of sizes exceeds, where they fall off exponentially beyond their quantile of 90 %,
 * at the rate at which they do up to that of 98 %:
 *
 *     z = t₉₀ + (t₉₈ − t₉₀)·ln(0.1/q)/ln(0.1/0.02)
 *
 * This is the peaks-over-threshold method with an exponential tail, fitted by quantiles: up to 2 % of scores may be as
 * large as they like, so that a fault that was not found does not hide the next one.
 *
 * Siffer, Fouque, Termier and Largouët, "Anomaly detection in streams with extreme value theory" (2017).
 *
 * @param sorted the last scores in rising order, of which `size` are there
 */
export const tailSize = (sorted: Float64Array, size: number, q: number): number => {
  const quantile = (above: number): number => sorted[Math.max(0, Math.floor((1 - above) * size) - 1)]
  const start = quantile(START)
  return start + ((quantile(END) - start) * log64(START / q)) / log64(START / END)
}
