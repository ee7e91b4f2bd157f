/** A frame that is not whole, not ours or not what it says it is. Nothing of it was taken. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
  constructor(what: string) {
    super(`frame: ${what}.`)
  }
}
