import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './freePort.js'

/** A server of a package, in a process of its own. */
export interface TestServer {
  readonly url: string
  /** Kills the server; it can be started again with what it stored. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Kills the server and removes what it stored. */
  remove(): Promise<void>
}

/** Returns the program of a server, which a variable may name, and why it cannot be started here; undefined if it can. */
export const programOf = (name: string, variable: string): { readonly program: string; readonly missing?: string } => {
  const program = process.env[variable] ?? name
  if (spawnSync(program, ['--version']).status === 0) return { program }
  return {
    program,
    missing: `there is no ${name}; install it by apt-get install ${name}, or name one in ${variable}.`,
  }
}

/**
 * Starts a server on a free port, with a folder of its own.
 *
 * @param ready what it writes to `stream` once it takes connections
 */
export const startServer = async (
  program: string,
  protocol: string,
  stream: 'stdout' | 'stderr',
  ready: string,
  args: (port: number, folder: string) => readonly string[],
): Promise<TestServer> => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), `rxgrad-${protocol}-`))
  let child: ChildProcess
  const start = async (): Promise<void> => {
    const [out, err] = [stream === 'stdout', stream === 'stderr'].map((is) => (is ? 'pipe' : 'ignore'))
    child = spawn(program, [...args(port, folder)], { stdio: ['ignore', out!, err!] })
    let log = ''
    await new Promise<void>((resolve, reject) => {
      child[stream]?.on('data', (piece) => {
        log += piece
        if (log.includes(ready)) resolve()
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
    url: `${protocol}://127.0.0.1:${port}`,
    start,
    stop,
    async remove() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
