import type { NatsConnection } from '@nats-io/transport-node'
import { peer } from './peer.js'
import { Refused } from './reconnecting.js'

/**
 * Connects to a NATS server for one attempt.
 *
 * @throws Refused if the server will refuse again, or if the package is not installed
 */
export const natsConnection = async (
  url: string,
  client: Readonly<Record<string, unknown>>,
): Promise<NatsConnection> => {
  const { connect } = await peer('@nats-io/transport-node', () => import('@nats-io/transport-node'))
  try {
    return await connect({ ...client, servers: url, reconnect: false })
  } catch (error) {
    if (/authorization|authentication/i.test(`${(error as Error).name} ${(error as Error).message}`))
      throw new Refused(
        'this user may not connect; give one who may, as in { client: { user, pass } } or { client: { token } }.',
      )
    throw error
  }
}

/** Tells once why a connection has ended. */
export const whenClosed = (connection: NatsConnection, tell: (reason: Error) => void): void =>
  void connection.closed().then((error) => tell((error as Error | undefined) ?? new Error('it closed the connection')))

/** Runs until the connection ends or the signal is aborted; `end` is told why. */
export const watchConnection = (
  connection: NatsConnection,
  signal: AbortSignal,
  end: (error?: Error) => void,
): { stop(): Promise<void> } => {
  const stop = (): void => end()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  whenClosed(connection, end)
  return {
    async stop() {
      signal.removeEventListener('abort', stop)
      await connection.close().catch(() => {})
    },
  }
}

export const natsProtocols: readonly string[] = ['nats:', 'tls:']
