// Installs what is missing: the peers into this folder's node_modules, the Python ones into a venv beside it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createWorkload } from './workloads.js'

const folder = fileURLToPath(new URL('.', import.meta.url))
const run = (command, args) =>
  execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
const reasonOf = ({ stderr, message }) => (stderr?.trim().split('\n').at(-1) || message).slice(0, 200)

/** Nothing, or why the peers are missing. Their install scripts fetch native libraries that are not used here. */
export const installPeers = () => {
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return undefined
  try {
    console.error('bench: installs the peers (once)')
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
    return undefined
  } catch (error) {
    return `npm ci: ${reasonOf(error)}`
  }
}

/** The venv's Python, or why there is none. It sees the system's packages: Debian's PyTorch, for one. */
export const installPython = () => {
  const venv = join(folder, 'node_modules/.venv')
  const python = join(venv, 'bin/python')
  const whole = join(venv, 'whole')
  if (existsSync(whole)) return { python }
  const system = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'
  try {
    console.error('bench: makes the venv (once)')
    run(system, ['-m', 'venv', '--system-site-packages', venv])
  } catch (error) {
    return { reason: `venv: ${reasonOf(error)}` }
  }
  try {
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'python/requirements.txt'])
    writeFileSync(whole, '')
  } catch (error) {
    console.error(`bench: pip: ${reasonOf(error)}; what the system has is used.`)
  }
  return { python }
}

/** The rows as files that Python reads: one JSON a workload, and its arrays beside it. Returns the folder. */
export const writeRows = (names) => {
  const data = mkdtempSync(join(tmpdir(), 'rxgrad-bench-'))
  for (const name of names) {
    const { x, y, indices, layers = [], ...workload } = createWorkload(name)
    const save = (part, array) => writeFileSync(join(data, `${name}.${part}`), new Uint8Array(array.buffer))
    save('x', x)
    save('y', y)
    if (indices) save('indices', indices)
    layers.forEach(({ W }, i) => {
      save(`W${i}`, W)
    })
    const shapes = layers.map(({ inputs, units, activation }) => ({ inputs, units, activation }))
    writeFileSync(join(data, `${name}.json`), JSON.stringify({ ...workload, layers: shapes }))
  }
  return data
}
