/** A second writer asked for a model that one holds already. */
export class ModelInUseError extends Error {
  override readonly name = 'ModelInUseError'
}
/** Backward was asked for a forward whose θ is gone. */
export class StaleForwardError extends Error {
  override readonly name = 'StaleForwardError'
}
/** A model was called from within one of its own steps. */
export class ReentrantStepError extends Error {
  override readonly name = 'ReentrantStepError'
}
/** A snapshot or a gradient belongs to a model of another make. */
export class LayoutMismatchError extends Error {
  override readonly name = 'LayoutMismatchError'
}
/** A row that cannot be read was given to be predicted. */
export class RejectedRowError extends RangeError {
  override readonly name = 'RejectedRowError'
  readonly field: string
  readonly reason: string
  constructor({ field, reason }: { readonly field: string; readonly reason: string }) {
    super(`predict: ${reason}.`)
    this.field = field
    this.reason = reason
  }
}
