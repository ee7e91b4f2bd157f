// This is the parent's side of the contestants' processes: it sends a line of JSON, and waits for a line of JSON for a
// limited time.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const oneThread = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }
// A peer chooses its own kernels for this processor, whatever another program asked of OpenBLAS.
const { OPENBLAS_CORETYPE: _, ...environment } = process.env

const talkTo = (command, args, timeoutMs) => {
  const child = spawn(command, args, {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    env: { ...environment, ...oneThread },
  })
  let complaints = ''
  let waiting
  const settle = (answer) => {
    const resolve = waiting
    waiting = undefined
    resolve?.(answer)
  }
  child.stderr.on('data', (text) => {
    complaints = `${complaints}${text}`.slice(-2000)
  })
  child.stdin.on('error', () => {})
  child.on('error', ({ message }) => settle({ error: message }))
  // The last line on stderr is the reason, because a traceback ends with it.
  const lastComplaint = () => complaints.trim().split('\n').at(-1)
  child.on('exit', (code) => settle({ error: lastComplaint() || `the process ended with code ${code}` }))
  createInterface({ input: child.stdio[3] }).on('line', (line) => settle(JSON.parse(line)))

  const ask = (question) =>
    new Promise((resolve) => {
      if (child.exitCode !== null) return resolve({ error: lastComplaint() || 'the process has ended' })
      const timer = setTimeout(() => {
        child.kill('SIGKILL')
        settle({ error: `no answer to ${question.ask} within ${timeoutMs / 1000} s` })
      }, timeoutMs)
      waiting = (answer) => {
        clearTimeout(timer)
        resolve(answer)
      }
      child.stdin.write(`${JSON.stringify(question)}\n`)
    })
  return { ask, close: () => child.kill('SIGKILL') }
}

/** Starts a JavaScript contestant. */
export const openNode = (peer, timeoutMs) => talkTo(process.execPath, ['--expose-gc', 'child.js', peer], timeoutMs)

/** Starts a Python contestant, which reads its rows from files in `data`. */
export const openPython = (python, peer, data, timeoutMs) => talkTo(python, ['python/child.py', peer, data], timeoutMs)

/** Runs a script of this folder in a fresh process; its answer is one line on descriptor 3. */
export const runFresh = async (script, options, timeoutMs) => {
  const { ask, close } = talkTo(process.execPath, ['--expose-gc', script], timeoutMs)
  const answer = await ask({ ask: 'run', ...options })
  close()
  return answer
}
