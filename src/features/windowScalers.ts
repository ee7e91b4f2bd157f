import { statistics } from './statistic.js'

/** A way to scale a number by the numbers of a window: z = (x − centre)/spread. */
export type WindowScaler = 'standard' | 'minmax' | 'robust'

interface Scaler {
  /** The z of the middle of the window: that of a number that is missing, and of any number where all are equal. */
  readonly middle: number
  /** Returns the centre and the spread of a window, which has at least one number. */
  of(window: Float64Array): readonly [centre: number, spread: number]
}

/**
 * Returns the quantile of sorted numbers at a share of them, interpolated linearly between two neighbours.
 *
 * R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages" (1996), definition 7.
 */
const quantileOf = (sorted: Float64Array, share: number): number => {
  const place = (sorted.length - 1) * share
  const below = Math.floor(place)
  const lower = sorted[below]
  return place === below ? lower : lower + (place - below) * (sorted[below + 1] - lower)
}

/** The table of scalers. */
export const windowScalers: Readonly<Record<WindowScaler, Scaler>> = {
  standard: {
    middle: 0,
    of(window) {
      return [statistics.mean(window), statistics.sd(window)]
    },
  },
  minmax: {
    middle: 0.5,
    of(window) {
      const least = statistics.min(window)
      return [least, statistics.max(window) - least]
    },
  },
  robust: {
    middle: 0,
    of(window) {
      const sorted = window.slice().sort()
      return [quantileOf(sorted, 0.5), quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)]
    },
  },
}

export const WINDOW_SCALERS: readonly WindowScaler[] = Object.keys(windowScalers) as WindowScaler[]
