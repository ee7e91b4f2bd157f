import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './freePort.js'

const program = process.env.REDIS_SERVER ?? 'redis-server'

/** Why no Redis server can be started here; undefined if one can. */
export const noRedis: string | undefined =
  spawnSync(program, ['--version']).status === 0
    ? undefined
    : 'there is no redis-server; install it by apt-get install redis-server, or name one in REDIS_SERVER.'

export interface RedisServer {
  readonly url: string
  /** Kills the server; it can be started again with what it stored. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Kills the server and removes what it stored. */
  remove(): Promise<void>
}

/** Starts a Redis server that writes each change to its file at once. */
export const startRedis = async (...further: string[]): Promise<RedisServer> => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'rxgrad-redis-'))
  const settings = ['--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always', ...further]
  let child: ChildProcess
  const start = async (): Promise<void> => {
    child = spawn(program, ['--bind', '127.0.0.1', '--port', `${port}`, ...settings], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let log = ''
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (piece) => {
        log += piece
        if (log.includes('Ready to accept connections')) resolve()
      })
      child.once('exit', () => reject(new Error(log)))
    })
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
  await start()
  return {
    ...{ url: `redis://127.0.0.1:${port}`, start, stop },
    async remove() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
