import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './freePort.js'

const program = process.env.NATS_SERVER ?? 'nats-server'

/** Why no NATS server can be started here; undefined if one can. */
export const noNats: string | undefined =
  spawnSync(program, ['--version']).status === 0
    ? undefined
    : 'there is no nats-server; install it by apt-get install nats-server, or name one in NATS_SERVER.'

export interface NatsServer {
  readonly url: string
  /** Stops the server; it can be started again. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops the server and removes what it stored. */
  remove(): Promise<void>
}

/** Starts a NATS server with JetStream. */
export const startNats = async (...further: string[]): Promise<NatsServer> => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'rxgrad-nats-'))
  let child: ChildProcess
  const start = async (): Promise<void> => {
    child = spawn(program, ['-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', folder, ...further], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let log = ''
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (piece) => {
        log += piece
        if (log.includes('Server is ready')) resolve()
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
    ...{ url: `nats://127.0.0.1:${port}`, start, stop },
    async remove() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
