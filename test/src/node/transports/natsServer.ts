import { programOf, startServer, type TestServer } from './testServer.js'

const { program, missing } = programOf('nats-server', 'NATS_SERVER')

/** Why no NATS server can be started here; undefined if one can. */
export const noNats: string | undefined = missing

/** Starts a NATS server with JetStream. */
export const startNats = (...further: string[]): Promise<TestServer> =>
  startServer(program, 'nats', 'stderr', 'Server is ready', (port, folder) => [
    ...['-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', folder],
    ...further,
  ])
