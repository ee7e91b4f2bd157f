import type { Writable } from 'node:stream'
import { InputError } from '../../sources/index.js'

/** An output that is written at the pace of its reader. */
export interface Output {
  /** Whether the reader has closed the stream. */
  readonly gone: boolean
  /** Writes, and resolves when more may be written. It does nothing once the reader has closed the stream. */
  write(text: string | Uint8Array): Promise<void>
  /** Resolves when everything has been written. */
  end(): Promise<void>
}

/**
 * Opens a stream for writing with back-pressure. It is no error if its reader closes it, as `head` does: `onGone` is
 * called once, and later writes do nothing. Any other failure rejects the next write, and names what was written.
 */
export const openOutput = (stream: Writable, onGone: () => void, what = 'the predictions'): Output => {
  let gone = false
  let failure: Error | undefined
  let wake = (): void => {}
  const fail = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED')
      failure ??= new InputError(`${what} cannot be written: ${error.message}.`)
    if (!gone) onGone()
    gone = true
    wake()
  }
  stream.on('error', fail)
  const settled = (start: (done: () => void) => void): Promise<void> =>
    new Promise<void>((resolve) => {
      wake = resolve
      start(resolve)
    }).then(() => {
      if (failure !== undefined) throw failure
    })
  return {
    get gone() {
      return gone
    },
    write: async (text) => {
      if (failure !== undefined) throw failure
      if (gone || text.length === 0) return
      if (!stream.write(text)) await settled((done) => stream.once('drain', done))
    },
    end: async () => {
      try {
        if (!gone) await settled((done) => stream.write('', () => done()))
      } finally {
        stream.off('error', fail)
      }
    },
  }
}
