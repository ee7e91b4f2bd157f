/** A frame that is incomplete, foreign or not what it claims to be. None of it was applied. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
  /** What is wrong, as the rest of a sentence. */
  readonly what: string

  /** @param where names what was to be read */
  constructor(what: string, where = 'frame') {
    super(`${where}: ${what}.`)
    this.what = what
  }
}
