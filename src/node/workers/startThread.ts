// biome-ignore lint/style/useNodejsImportProtocol: webpack makes a file of its own of a thread, but only under this name.
import { Worker } from 'worker_threads'
import { bundledUrl } from '../files/bundledUrl.js'
import type { Work } from './sharedMemory.js'

export interface Thread {
  end(): void
}

/**
 * Starts a thread.
 *
 * @param ended is called with the reason when the thread has ended, even if it was ended from here
 */
export type StartThread = (work: Work, ended: (why: string) => void) => Thread

/** Starts threads that never keep the process alive. */
export const threadsOf =
  (create: (work: Work) => Worker): StartThread =>
  (work, ended) => {
    const thread = create(work)
    thread.on('error', (error) => ended(error instanceof Error ? error.message : String(error)))
    thread.on('exit', (code) => ended(`it exited with code ${code}`))
    thread.unref()
    return {
      end: () => {
        thread.terminate()
      },
    }
  }

/**
 * Code that runs the source of the file beside this one on a thread. The published files are JavaScript; source is
 * loaded by tsx, which a thread has to import itself. No URL is built here, because bundlers look for the file of each.
 */
const fromSource = `import('tsx/esm/api').then(({ tsImport }) => tsImport('./thread.ts', '${import.meta.url}'))`

/** Starts a thread in the file beside this one. */
export const startThread: StartThread = threadsOf((workerData) => {
  // A bundle in CommonJS has no URL of its modules. Each URL is written out, because webpack looks for the file of each.
  if (import.meta.url === undefined) return new Worker(new URL('./thread.js', bundledUrl), { workerData })
  return import.meta.url.endsWith('.ts')
    ? new Worker(fromSource, { workerData, eval: true })
    : new Worker(new URL('./thread.js', import.meta.url), { workerData })
})
