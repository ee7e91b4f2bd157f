import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { backOff } from '../../client/backOff.js'
import { ConnectionError } from '../../client/connection.js'
import { createDeferred, type Deferred } from '../../client/deferred.js'
import type { CountingSink } from '../../results/sink.js'
import type { Row } from '../../values.js'
import { Refused, reasonOf } from '../transports/reconnecting.js'
import type { LineSinkOptions } from './lineSinkOptions.js'
import { queuedSink } from './queuedSink.js'

/** Rows that are sent together, under a name that stays the same when they are sent again. */
export interface Piece {
  readonly id: string
  readonly rows: readonly Row[]
}

export interface Connected {
  /** Sends rows, and resolves once the other side has them. */
  send(piece: Piece): Promise<void>
  /** Releases the connection, in peace if everything was sent, and at once if something has failed. */
  end(hasFailed: boolean): unknown
}

/** The other side is busy, and asks to be sent the same again after a while; the connection is not lost. */
export class Busy extends Error {
  override readonly name = 'Busy'
  readonly afterMs: number
  constructor(afterMs: number) {
    super('it is busy')
    this.afterMs = afterMs
  }
}

class Late extends Error {}

/**
 * Creates a sink that connects when the first rows come, connects again with growing waits whenever the connection is
 * lost, and sends again what may not have arrived. Whoever writes waits meanwhile.
 *
 * @param advice what to look at if there is no connection
 * @param connect makes a connection, and says when it is open, which may be after the first answer; `lost` is told when it ends
 */
export const lineSink = (
  what: string,
  advice: string,
  line: Required<Omit<LineSinkOptions, 'onLine' | 'signal'>> & LineSinkOptions,
  connect: (opened: () => void, lost: (reason: Error) => void, signal: AbortSignal) => Promise<Connected>,
): CountingSink => {
  const { reconnect, firstMs, mostMs, timeoutMs, onLine, inFlight, answerMs, signal } = line
  let connected: Connected | undefined
  let isOpen = false
  let everOpen = false
  /** Rejects when the connection is lost, so that nobody waits for an answer any more. */
  let loss = failing()
  let attempts = 0
  /** Since when nothing more comes, and what is left is not tried without end. */
  let closingSince: number | undefined

  const opened = (): void => {
    if (isOpen) return
    isOpen = true
    everOpen = true
    onLine?.({ type: 'line', state: 'open', reason: '' })
  }
  const release = async (reason?: Error): Promise<void> => {
    const old = connected
    connected = undefined
    const wasOpen = isOpen
    isOpen = false
    await Promise.resolve(old?.end(reason !== undefined)).catch(() => {})
    if (wasOpen && reason !== undefined) onLine?.({ type: 'line', state: 'lost', reason: reasonOf(reason) })
  }
  const open = async (late: AbortSignal): Promise<Connected> => {
    const own = failing()
    loss = own
    const lost = (reason: Error): void => {
      own.reject(reason)
      // A connection that is lost while nothing is sent is made again for the next rows.
      if (loss === own && isOpen) void release(reason)
    }
    return connect(opened, lost, late)
  }
  /** Does one attempt, which ends when the connection is lost, when it takes too long or when the sink is aborted. */
  const attempt = async (piece: Piece, mostMs: number): Promise<void> => {
    const over = failing()
    const late = new AbortController()
    const end = (reason: Error): void => {
      over.reject(reason)
      late.abort()
    }
    const abort = (): void => end(new ConnectionError(abortedOf(what)))
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
    const timer = setTimeout(() => end(new Late(`no answer came within ${mostMs} ms`)), mostMs)
    try {
      if (connected === undefined) {
        const making = late.signal.aborted ? over.promise : open(late.signal)
        // A connection that is made too late is nobody's.
        making.then((made) => late.signal.aborted && made.end(true)).catch(() => {})
        connected = await Promise.race([making, loss.promise, over.promise])
      }
      await Promise.race([connected.send(piece), loss.promise, over.promise])
      opened()
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }
  const send = async (piece: Piece): Promise<void> => {
    const begun = performance.now()
    let problem: string | undefined
    for (;;) {
      try {
        const rest = everOpen ? answerMs : Math.min(answerMs, timeoutMs - (performance.now() - begun))
        await attempt(piece, Math.max(1, Math.ceil(rest)))
        attempts = 0
        return
      } catch (error) {
        if (error instanceof Busy) {
          opened()
          const left = closingSince === undefined ? timeoutMs : timeoutMs - (performance.now() - closingSince)
          if (left <= 0)
            throw new ConnectionError(`${what}: the other side had no room within ${timeoutMs} ms; ${advice}`)
          await sleep(Math.min(error.afterMs, left), undefined, signal && { signal }).catch(() => {})
          continue
        }
        await release(error as Error)
        if (error instanceof ConnectionError || error instanceof TypeError) throw error
        // An attempt that was given up says less than the one before.
        const reason = error instanceof Late ? (problem ?? reasonOf(error)) : reasonOf(error)
        problem = reason
        if (error instanceof Refused) throw new ConnectionError(`${what}: ${reason}`)
        const since = closingSince ?? (everOpen ? undefined : begun)
        if (!reconnect || (since !== undefined && performance.now() - since >= timeoutMs))
          throw new ConnectionError(
            `${what}: ${everOpen ? 'the connection is lost' : 'no connection'}: ${reason}; ${advice}`,
          )
        const left = since === undefined ? Infinity : timeoutMs - (performance.now() - since)
        const waitMs = Math.min(backOff(attempts++, firstMs, mostMs), Math.max(0, left))
        await sleep(waitMs, undefined, signal && { signal }).catch(() => {})
      }
    }
  }
  const sink = queuedSink(what, {
    async write(rows, done) {
      for (let at = 0; at < rows.length; at += inFlight) {
        const piece = { id: randomUUID(), rows: rows.slice(at, at + inFlight) }
        await send(piece)
        done(piece.rows.length)
      }
    },
    close: () => release(),
  })
  return {
    name: sink.name,
    get counters() {
      return sink.counters
    },
    write: sink.write,
    ending() {
      closingSince ??= performance.now()
    },
    async close() {
      closingSince ??= performance.now()
      try {
        await sink.close()
      } finally {
        closingSince = undefined
      }
    },
  }
}

/** A promise that can only fail, and of which nobody has to hear. */
const failing = (): Deferred<never> => {
  const deferred = createDeferred<never>()
  deferred.promise.catch(() => {})
  return deferred
}

const abortedOf = (what: string): string => `${what}: it was aborted by its signal before all rows were written.`
