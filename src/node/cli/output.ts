import type { Writable } from 'node:stream'
import { InputError } from '../sources/index.js'

/** A stream to write to at the pace of its reader. */
export interface Output {
  /** The reader has gone. */
  readonly gone: boolean
  /** Resolves when more may be written. After the reader has gone it does nothing. */
  write(text: string | Uint8Array): Promise<void>
  /** Resolves when everything has left. */
  end(): Promise<void>
}

/**
 * Writes with back-pressure. A reader that goes (`| head`) is no error: `onGone` is called, once, and writing becomes
 * nothing. Any other failure rejects the next write.
 */
export const openOutput = (stream: Writable, onGone: () => void): Output => {
  let gone = false
  let failure: Error | undefined
  let wake = (): void => {}
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED')
      failure ??= new InputError(`the predictions cannot be written: ${error.message}.`)
    if (!gone) onGone()
    gone = true
    wake()
  })
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
      if (!gone) await settled((done) => stream.write('', () => done()))
    },
  }
}
