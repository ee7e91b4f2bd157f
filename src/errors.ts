/** Is thrown if a writer asks for a model that another writer holds. */
export class ModelInUseError extends Error {
  override readonly name = 'ModelInUseError'
}
/** Is thrown if `backward` is called with a forward whose θ no longer exists. */
export class StaleForwardError extends Error {
  override readonly name = 'StaleForwardError'
}
/** Is thrown if a model is called from within one of its own steps. */
export class ReentrantStepError extends Error {
  override readonly name = 'ReentrantStepError'
}
/** Is thrown if an element comes for which a buffer has no room, and none may be dropped. */
export class BufferOverflowError extends RangeError {
  override readonly name = 'BufferOverflowError'
}
/** Is thrown if a snapshot or a gradient belongs to a model with a different layout or configuration. */
export class LayoutMismatchError extends Error {
  override readonly name = 'LayoutMismatchError'
}
/** Is thrown if `predict` is given a row that cannot be read. */
export class RejectedRowError extends RangeError {
  override readonly name = 'RejectedRowError'
  /** The field that the reason is about; '' if it is the row as a whole, such as one that is no object. */
  readonly field: string
  readonly reason: string
  constructor({ field, reason }: { readonly field: string; readonly reason: string }) {
    super(`predict: ${reason}.`)
    this.field = field
    this.reason = reason
  }
}
