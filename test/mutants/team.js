// Runs tests on copies of the project, with a process for each copy. If a mutant never ends, its process is replaced.
import { fork, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createCopy } from './copy.js'

/**
 * @typedef {object} Outcome
 * @property {'survived' | 'killed' | 'timeout'} state
 * @property {string} [test] the test that noticed the mutant
 * @property {string} [file] its file
 * @property {string} [name] its name
 * @property {number} ms
 * @property {number} ran the number of test files that ran
 */

/** Creates a runner, which has one copy and its process. */
export const createRunner = () => {
  const copy = createCopy()
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child
  let changed = []

  /** Ends the process and all that its tests have started. */
  const stop = async () => {
    const old = child
    child = undefined
    if (old?.pid === undefined || old.exitCode !== null) return
    const ended = new Promise((resolve) => old.once('exit', resolve))
    if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(old.pid), '/T', '/F'])
    // The process was started detached, so its id is that of its group.
    else process.kill(-old.pid, 'SIGKILL')
    await ended
  }
  const started = () =>
    new Promise((resolve, reject) => {
      const path = fileURLToPath(new URL('runner.js', import.meta.url))
      child = fork(path, [copy.folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true })
      child.once('message', () => resolve(undefined))
      child.once('exit', () => reject(new Error('vitest does not start in the copy of the project.')))
    })

  /**
   * @param {readonly { test: string; limitMs: number; without?: readonly string[] }[]} tests
   * @param {{ file: string; text: string }} [change]
   * @param {(test: string, ms: number) => void} [measured]
   * @returns {Promise<Outcome>}
   */
  const run = async (tests, change, measured = () => undefined) => {
    if (child === undefined) await started()
    if (change) copy.write(change.file, change.text)
    changed = [...changed, ...(change ? [change.file] : [])]
    const start = performance.now()
    /** @type {Outcome} */
    const outcome = await new Promise((resolve) => {
      let ran = 0
      const finish = (state, test, file, failedName) => {
        child?.removeAllListeners()
        resolve({ state, test, file, name: failedName, ran, ms: performance.now() - start })
      }
      child.removeAllListeners()
      child.on('exit', () => {
        child = undefined
        finish('killed', 'the process ended')
      })
      let noticed
      child.on('message', (/** @type {any} */ { kind, test, failed, ms, name }) => {
        if (kind === 'overrun') {
          child.removeAllListeners()
          stop().then(() => finish('timeout', test, test))
        } else if (kind === 'ran') {
          ran++
          if (failed) noticed = [`${test} > ${name ?? 'the file does not load'}`, test, name]
          else measured(test, ms)
        } else if (kind === 'done') finish(noticed === undefined ? 'survived' : 'killed', ...(noticed ?? []))
      })
      child.send({ changed, tests })
    })
    // The next run reads the changed file again, as the project has it.
    copy.restore()
    changed = change ? [change.file] : []
    return outcome
  }

  return {
    run,
    async close() {
      await stop()
      copy.remove()
    },
  }
}
