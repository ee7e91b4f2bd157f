import { Worker } from 'node:worker_threads'
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
 * Returns the code that runs a source file on a thread. The published files are JavaScript; source is loaded by tsx,
 * which a thread has to import itself.
 */
const fromSource = (url: URL): string =>
  `import('tsx/esm/api').then(({ tsImport }) => tsImport('${url.href}', '${import.meta.url}'))`

/** Starts a thread in the file beside this one. */
export const startThread: StartThread = threadsOf((workerData) => {
  const here = import.meta.url ?? bundledUrl
  return here.endsWith('.ts')
    ? new Worker(fromSource(new URL('./thread.ts', here)), { workerData, eval: true })
    : new Worker(new URL('./thread.js', here), { workerData })
})
