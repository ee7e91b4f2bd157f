// A copy of the project in a folder of its own, in which anything may be changed: the project itself is only read.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * @typedef {object} Copy
 * @property {string} folder
 * @property {(file: string) => string} read
 * @property {(file: string, text: string) => void} write a file that may differ
 * @property {(file: string) => void} reset the file stands there as in the project
 * @property {() => void} restore so does every file that was written
 * @property {() => void} remove
 */

/** @returns {Copy} */
export const createCopy = () => {
  const folder = mkdtempSync(join(tmpdir(), 'rxgrad-mutants-'))
  const left = [join(root, 'test/mutants'), join(root, 'test/bench')]
  for (const part of ['src', 'operators', 'test', 'examples'])
    cpSync(join(root, part), join(folder, part), { recursive: true, filter: (path) => !left.includes(path) })
  for (const name of ['package.json', 'tsconfig.json', 'README.md', 'LICENSE'])
    cpSync(join(root, name), join(folder, name))
  for (const name of ['node_modules', 'dist']) symlinkSync(join(root, name), join(folder, name))
  const written = new Set()
  const reset = (/** @type {string} */ file) => cpSync(join(root, file), join(folder, file))
  return {
    folder,
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    write(file, text) {
      written.add(file)
      writeFileSync(join(folder, file), text)
    },
    reset,
    restore() {
      for (const file of written) reset(file)
      written.clear()
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/**
 * The files of a folder, as paths from the root.
 * @param {string} folder
 * @returns {string[]}
 */
export const filesBelow = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
