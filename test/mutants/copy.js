// Copies the project to a folder of its own, in which anything may be changed; the project itself is only read.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * @typedef {object} Copy
 * @property {string} folder
 * @property {(file: string) => string} read
 * @property {(file: string, text: string) => void} write replaces the text of a file
 * @property {() => void} restore puts the first text of every written file back
 * @property {() => void} remove
 */

/** @returns {Copy} */
export const createCopy = () => {
  const folder = mkdtempSync(join(tmpdir(), 'rxgrad-mutants-'))
  const excluded = [join(root, 'test/mutants'), join(root, 'test/bench')]
  for (const part of ['src', 'operators', 'test', 'examples'])
    cpSync(join(root, part), join(folder, part), { recursive: true, filter: (path) => !excluded.includes(path) })
  for (const name of ['package.json', 'tsconfig.json', 'README.md', 'LICENSE'])
    cpSync(join(root, name), join(folder, name))
  // Windows allows everyone to make a junction, but not a link; elsewhere the word has no effect.
  for (const name of ['node_modules', 'dist']) symlinkSync(join(root, name), join(folder, name), 'junction')
  // The texts are kept here and not read again, so that work on the project in the meantime disturbs nothing.
  const originals = new Map()
  const read = (/** @type {string} */ file) => readFileSync(join(folder, file), 'utf8')
  return {
    ...{ folder, read },
    write(file, text) {
      if (!originals.has(file)) originals.set(file, read(file))
      writeFileSync(join(folder, file), text)
    },
    restore() {
      for (const [file, text] of originals) writeFileSync(join(folder, file), text)
      originals.clear()
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/**
 * Returns the TypeScript files of a folder, as paths from the root.
 * @param {string} folder
 * @returns {string[]}
 */
export const filesBelow = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
