import { peer } from './peer.js'
import { Refused } from './reconnecting.js'

type Argument = string | number
/** A reply whose texts are bytes, because the values of a stream may be no text. */
export type Reply = Buffer | number | null | readonly Reply[]

export interface RedisConnection {
  command(...words: readonly Argument[]): Promise<Reply>
  /** Runs commands at one moment; an error stands in place of the answer of a command that failed. */
  together(commands: readonly (readonly Argument[])[]): Promise<readonly (Reply | Error)[]>
  stop(): void
}

/**
 * Connects to a Redis server for one attempt, which ends when the signal is aborted or when the server is silent.
 *
 * @throws Refused if the server will refuse again, or if the package is not installed
 */
export const redisConnection = async (
  url: string,
  own: Readonly<Record<string, unknown>>,
  silenceMs: number,
  signal: AbortSignal,
): Promise<RedisConnection> => {
  const { Redis } = await peer('ioredis', () => import('ioredis'))
  const client = new Redis(url, {
    ...own,
    // A server that waits for an entry does not notice that its client has left.
    ...{ lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, disconnectTimeout: 20 },
  })
  let problem: Error | undefined
  client.on('error', (error: Error) => {
    problem ??= error
  })
  const abort = (): void => client.disconnect()
  signal.addEventListener('abort', abort, { once: true })
  const stop = (): void => {
    signal.removeEventListener('abort', abort)
    client.disconnect()
  }
  /** Waits for an answer, and gives the connection up if there is none. */
  const answered = async <R>(asked: Promise<R>): Promise<R> => {
    const silence = setTimeout(() => {
      problem ??= new Error(`nothing came for ${silenceMs} ms`)
      client.disconnect()
    }, silenceMs)
    try {
      return await asked
    } catch (error) {
      // Commands that run together are refused together, because of one of them.
      const { previousErrors } = error as { readonly previousErrors?: readonly Error[] }
      const cause = previousErrors?.[0] ?? (error as Error)
      throw refusalOf(problem) ?? refusalOf(cause) ?? problem ?? cause
    } finally {
      clearTimeout(silence)
    }
  }
  try {
    if (signal.aborted) throw new Error('it was closed')
    await answered(client.connect())
    if (problem !== undefined) throw refusalOf(problem) ?? problem
  } catch (error) {
    stop()
    throw error
  }
  return {
    command: (name, ...rest) => answered(client.callBuffer(name as string, ...rest) as Promise<Reply>),
    async together(commands) {
      const multi = client.multi()
      for (const [name, ...rest] of commands) multi.callBuffer(name as string, ...rest)
      const replies = await answered(multi.exec())
      return replies!.map(([error, reply]) => refusalOf(error) ?? error ?? (reply as Reply))
    },
    stop,
  }
}

/** The answers by which a server will refuse again. */
const refusalOf = (error: Error | null | undefined): Refused | undefined => {
  const message = error?.message ?? ''
  if (/WRONGPASS|NOAUTH|invalid password/.test(message))
    return new Refused('the user or the password is wrong; give them as in { client: { username, password } }.')
  if (/NOPERM/.test(message))
    return new Refused(
      `this user may not read the stream; give one who may, as in { client: { username, password } } (${message}).`,
    )
  if (/WRONGTYPE/.test(message)) return new Refused('what is under this key is no stream; name another one.')
  if (/Invalid stream ID/.test(message)) return new Refused('the cursor is no id of an entry; leave from out.')
  return undefined
}
