import { Worker } from 'node:worker_threads'
import type { Work } from './sharedMemory.js'

export interface Thread {
  end(): void
}
/** @param ended told of a thread that is over, and why, whoever ended it */
export type StartThread = (work: Work, ended: (why: string) => void) => Thread

/** Threads that never keep the process alive. */
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

/** What is published is JavaScript. Source is read by tsx, which a thread has to be told of from within. */
const fromSource = (url: URL): string =>
  `import('tsx/esm/api').then(({ tsImport }) => tsImport('${url.href}', '${import.meta.url}'))`

/** Starts a thread in the file beside this one. */
export const startThread: StartThread = threadsOf((workerData) =>
  import.meta.url.endsWith('.ts')
    ? new Worker(fromSource(new URL('./thread.ts', import.meta.url)), { workerData, eval: true })
    : new Worker(new URL('./thread.js', import.meta.url), { workerData }),
)
