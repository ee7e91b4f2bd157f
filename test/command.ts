import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from './bundle.js'

export interface Command {
  /** The arguments with which Node runs the command. */
  readonly file: string
  readonly remove: () => Promise<void>
}

/** The command of this tree in one file, which is built once, because compiling takes longer than most runs. */
export const bundleCommand = async (): Promise<Command> => {
  const folder = await mkdtemp(join(tmpdir(), 'rxgrad-command-'))
  const url = new URL('../src/node/cli/main.ts', import.meta.url)
  const file = join(folder, 'command.mjs')
  await bundle(readFileSync(url, 'utf8'), file, url)
  return { file, remove: () => rm(folder, { recursive: true }) }
}
