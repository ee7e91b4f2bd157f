/** One named piece of θ. */
export interface Tensor {
  readonly name: string
  readonly offset: number
  readonly size: number
  readonly shape: readonly number[]
  /** `weight`, `bias`, or the group that its circuit gave it. */
  readonly group: string
}
