import { setTimeout as sleep } from 'node:timers/promises'
import { backOff } from '../../client/backOff.js'
import { ConnectionError, type Line } from '../../client/connection.js'
import { checkFunction } from '../../options/checkFunction.js'
import { checkNumber } from '../../options/checkNumber.js'

export interface LineOptions {
  /** Whether to connect again whenever the connection is lost. Default: true. */
  readonly reconnect?: boolean
  /** The wait before the first new attempt; it doubles with each further one. Default: 250. */
  readonly firstMs?: number
  /** The longest wait. Default: 10,000. */
  readonly mostMs?: number
  /** How long the first connection may take, with all attempts. Default: 30,000. */
  readonly timeoutMs?: number
  /** Is told when the connection opens, and why it is lost. */
  readonly onLine?: ((line: Line) => void) | undefined
}

export const lineDefaults: Required<Omit<LineOptions, 'onLine'>> & { readonly onLine: undefined } = {
  ...{ reconnect: true, firstMs: 250, mostMs: 10_000, timeoutMs: 30_000, onLine: undefined },
}

export const checkLine = (by: string, { firstMs, mostMs, timeoutMs, onLine }: LineOptions): void => {
  checkNumber(`${by}: firstMs`, firstMs, { most: 2 ** 31 - 1 })
  checkNumber(`${by}: mostMs`, mostMs, { most: 2 ** 31 - 1 })
  checkNumber(`${by}: timeoutMs`, timeoutMs, { most: Infinity })
  if (onLine !== undefined) checkFunction(`${by}: onLine`, onLine, "a function of { state: 'open' | 'lost', reason }")
}

/** The other side is of no use, however often it is asked; the message says what to do. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** The other side says that there is nothing more to come. */
export class Over extends Error {
  override readonly name = 'Over'
}

/**
 * Connects, and connects again with growing waits whenever the connection ends or fails.
 *
 * @param what the source and its address, which begin the errors
 * @param advice what to look at if there is no connection
 * @throws ConnectionError if the other side is of no use, or if the first connection takes too long
 */
export async function* reconnecting<T>(
  { what, advice }: { readonly what: string; readonly advice: string },
  line: Required<Omit<LineOptions, 'onLine'>> & LineOptions,
  signal: AbortSignal,
  connect: (opened: () => void, signal: AbortSignal) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const { reconnect, mostMs, timeoutMs, onLine } = line
  const begun = performance.now()
  let everOpen = false
  let problem: string | undefined
  for (let attempts = 0; ; attempts++) {
    let openedAt: number | undefined
    let reason = 'it ended'
    // The whole attempt is given up when the first connection has taken too long.
    const late = new AbortController()
    const rest = timeoutMs - (performance.now() - begun)
    const timer = everOpen || rest > 0x7fffffff ? undefined : setTimeout(() => late.abort(), Math.max(0, rest))
    try {
      yield* connect(
        () => {
          clearTimeout(timer)
          openedAt = performance.now()
          everOpen = true
          onLine?.({ type: 'line', state: 'open', reason: '' })
        },
        AbortSignal.any([signal, late.signal]),
      )
    } catch (error) {
      if (signal.aborted || error instanceof Over) return
      reason = reasonOf(error)
      if (error instanceof Refused) throw new ConnectionError(`${what}: ${reason}`)
    } finally {
      clearTimeout(timer)
    }
    // An attempt that was given up says less than the one before.
    if (late.signal.aborted) reason = problem ?? `nothing came within ${timeoutMs} ms`
    problem = reason
    if (signal.aborted) return
    if (openedAt !== undefined) {
      onLine?.({ type: 'line', state: 'lost', reason })
      // Only a connection that lasted resets the waits.
      if (performance.now() - openedAt > mostMs) attempts = 0
    }
    if (!reconnect || (!everOpen && performance.now() - begun >= timeoutMs))
      throw new ConnectionError(
        `${what}: ${everOpen ? 'the connection is lost' : 'no connection'}: ${reason}; ${advice}`,
      )
    const left = everOpen ? Infinity : timeoutMs - (performance.now() - begun)
    await sleep(Math.min(backOff(attempts, line.firstMs, mostMs), Math.max(0, left)), undefined, { signal }).catch(
      () => {},
    )
    if (signal.aborted) return
  }
}

/** Says why a connection failed; the cause of a failed fetch says more than its message. */
export const reasonOf = (error: unknown): string => {
  const { cause, message, code, errors } = error as Error & { cause?: Error; code?: string; errors?: readonly Error[] }
  return cause?.message || message || errors?.[0]?.message || code || String(error)
}
