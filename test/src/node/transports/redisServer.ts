import { programOf, startServer, type TestServer } from './testServer.js'

const { program, missing } = programOf('redis-server', 'REDIS_SERVER')

/** Why no Redis server can be started here; undefined if one can. */
export const noRedis: string | undefined = missing

/** Starts a Redis server that writes each change to its file at once. */
export const startRedis = (...further: string[]): Promise<TestServer> =>
  startServer(program, 'redis', 'stdout', 'Ready to accept connections', (port, folder) => [
    ...['--bind', '127.0.0.1', '--port', `${port}`],
    ...['--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'],
    ...further,
  ])
