/** One named piece of θ. */
export interface Tensor {
  readonly name: string
  readonly offset: number
  readonly size: number
  readonly shape: readonly number[]
  /** `weight` or `bias`, or the group its circuit gave it. */
  readonly group: string
}
