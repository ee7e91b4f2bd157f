/** The least and the largest value that the true score probably has; NaN where there are too few rows to tell. */
export type Band = readonly [lower: number, upper: number]

/** The band of each form of a score. */
export interface Bands {
  readonly cumulative: Band
  readonly rolling: Band
  readonly fading: Band
}
