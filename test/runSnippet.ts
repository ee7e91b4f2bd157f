import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.js'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a piece of TypeScript as a user would, in an empty folder, as if it were at `url`; `rxgrad` is this tree. */
export const runSnippet = async (contents: string, url?: URL): Promise<Ran> => {
  const folder = await mkdtemp(join(tmpdir(), 'rxgrad-'))
  try {
    const file = join(folder, 'snippet.mjs')
    await bundle(contents, file, url)
    return await run([file], folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Runs Node, by default in the project's folder. */
export const run = (args: readonly string[], cwd: string = root): Promise<Ran> =>
  new Promise((done, failed) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (data: Buffer) => {
      stdout += data
    })
    child.stderr.on('data', (data: Buffer) => {
      stderr += data
    })
    child.on('error', failed)
    child.on('close', (code) => done({ code, stdout, stderr }))
  })
