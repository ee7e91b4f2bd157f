// Installs what is missing: the peers into this folder's node_modules, and the Python peers into a venv there.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createWorkload } from './workloads.js'

const folder = fileURLToPath(new URL('.', import.meta.url))
const onWindows = process.platform === 'win32'
const run = (command, args, shell = false) =>
  execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', shell })
const reasonOf = ({ stderr, message }) => (stderr?.trim().split('\n').at(-1) || message).slice(0, 200)

/** Installs the peers, and returns why that failed, if it did. Install scripts would fetch native libraries in vain. */
export const installPeers = () => {
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return undefined
  try {
    console.error('bench: the peers are being installed; this happens once.')
    // On Windows, npm is a batch file, which only a shell runs.
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], onWindows)
    return undefined
  } catch (error) {
    return `npm ci: ${reasonOf(error)}`
  }
}

/** Returns the venv's Python, or why there is none. It sees the system's packages, such as Debian's PyTorch. */
export const installPython = () => {
  const venv = join(folder, 'node_modules/.venv')
  const python = join(venv, onWindows ? 'Scripts/python.exe' : 'bin/python')
  const whole = join(venv, 'whole')
  if (existsSync(whole)) return { python }
  const system = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : onWindows ? 'python' : 'python3'
  try {
    console.error('bench: the venv is being created; this happens once.')
    run(system, ['-m', 'venv', '--system-site-packages', venv])
  } catch (error) {
    return { reason: `venv: ${reasonOf(error)}` }
  }
  try {
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'python/requirements.txt'])
    writeFileSync(whole, '')
  } catch (error) {
    console.error(`bench: pip: ${reasonOf(error)}; the system's packages are used instead.`)
  }
  return { python }
}

/** How deep-river's one part that pip does not bring here is installed. */
const TORCH = 'it needs PyTorch, as from apt-get install python3-torch, or pip install torch'

/**
 * Returns the Python of deep-river's own venv, or why there is none. Its other parts come from PyPI; PyTorch, of which
 * PyPI's build has gigabytes for graphics cards, is the system's.
 */
export const installDeepRiver = () => {
  const venv = join(folder, 'node_modules/.venv-deep-river')
  const python = join(venv, onWindows ? 'Scripts/python.exe' : 'bin/python')
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
  const system = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : onWindows ? 'python' : 'python3'
  try {
    run(system, ['-c', 'import torch'])
  } catch (error) {
    return { reason: `${reasonOf(error)}; ${TORCH}` }
  }
  try {
    if (!existsSync(join(venv, 'whole'))) {
      console.error('bench: deep-river is being installed; this happens once.')
      run(system, ['-m', 'venv', '--system-site-packages', venv])
      run(python, [...pip, '-r', 'python/requirements-deep-river.txt'])
      // They name versions of PyTorch and of numpy, and run with the system's PyTorch and the numpy that it needs as well.
      run(python, [...pip, '--no-deps', 'river==0.25.0', 'deep-river==0.3.4'])
      run(python, ['-c', 'import deep_river'])
      writeFileSync(join(venv, 'whole'), '')
    }
    return { python }
  } catch (error) {
    return { reason: reasonOf(error) }
  }
}

/** Writes the rows to files for Python, a JSON file and its arrays for each workload, and returns the folder. */
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
