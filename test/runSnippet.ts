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

/** Runs a piece of TypeScript as a user would, as if it were at `url`; `rxgrad` refers to this tree. */
export const runSnippet = async (contents: string, url?: URL): Promise<Ran> => {
  const folder = await mkdtemp(join(tmpdir(), 'rxgrad-'))
  try {
    const file = join(folder, 'snippet.mjs')
    await bundle(contents, file, url)
    return await run([file])
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Runs Node in the project's folder. */
export const run = (args: readonly string[]): Promise<Ran> =>
  new Promise((done, failed) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
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
