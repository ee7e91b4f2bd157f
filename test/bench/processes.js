// The parent's side of the contestants' processes: a line of JSON out, a line of JSON back, and an end to silence.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const oneThread = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }

const talkTo = (command, args, timeoutMs) => {
  const child = spawn(command, args, {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...oneThread },
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
  // the last line of what it said is the reason, as a traceback ends in it
  child.on('exit', (code) => settle({ error: complaints.trim().split('\n').at(-1) || `ended with code ${code}` }))
  createInterface({ input: child.stdio[3] }).on('line', (line) => settle(JSON.parse(line)))

  const ask = (question) =>
    new Promise((resolve) => {
      if (child.exitCode !== null) return resolve({ error: complaints.trim().split('\n').at(-1) || 'has ended' })
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

/** A JavaScript contestant. */
export const openNode = (peer, timeoutMs) => talkTo(process.execPath, ['--expose-gc', 'child.js', peer], timeoutMs)

/** A Python one, which reads its rows from files in `data`. */
export const openPython = (python, peer, data, timeoutMs) => talkTo(python, ['python/child.py', peer, data], timeoutMs)

/** Runs a script of this folder in a fresh process; its answer is one line on descriptor 3. */
export const runFresh = async (script, options, timeoutMs) => {
  const { ask, close } = talkTo(process.execPath, ['--expose-gc', script], timeoutMs)
  const answer = await ask({ ask: 'run', ...options })
  close()
  return answer
}
