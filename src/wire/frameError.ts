/** A frame that is incomplete, foreign or not what it claims to be. None of it was applied. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
  constructor(what: string) {
    super(`frame: ${what}.`)
  }
}
