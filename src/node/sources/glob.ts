import { access, readdir } from 'node:fs/promises'
import nodePath, { join, type PlatformPath } from 'node:path'
import { noFile } from './inputError.js'

const isPattern = (text: string): boolean => /[*?[]/.test(text)

/** Returns the expression for one part of a path, in which * and ? stand for any letters but a dot at the start. */
const expressionOf = (part: string): RegExp => {
  const source = part
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
    .replace(/\[!/g, '[^')
  return new RegExp(`^${part.startsWith('.') ? '' : '(?!\\.)'}${source}$`)
}

/** Returns the root of a path, if it has one, and its parts. On Windows, a backslash separates them as a slash does. */
export const partsOf = (
  text: string,
  path: PlatformPath = nodePath,
): { readonly root: string; readonly parts: readonly string[] } => {
  const { root } = path.parse(text)
  const parts = text.slice(root.length).split(path.sep === '/' ? '/' : /[\\/]/)
  return { root, parts: parts.filter((name) => name !== '') }
}

/**
 * Returns the files that a pattern such as `data/*.csv` names, in the order of their names. A shell does this unless
 * the pattern is quoted.
 */
const filesOf = async (pattern: string): Promise<string[]> => {
  const { root, parts } = partsOf(pattern)
  let paths = [root]
  for (const part of parts) {
    if (!isPattern(part)) {
      paths = paths.map((path) => join(path, part))
      continue
    }
    const expression = expressionOf(part)
    const found = await Promise.all(
      paths.map(async (path) => {
        const names = await readdir(path === '' ? '.' : path).catch(() => [])
        return names.filter((name) => expression.test(name)).map((name) => join(path, name))
      }),
    )
    paths = found.flat()
  }
  // What follows the last pattern is a name of its own, which not every folder has.
  const exists = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  )
  return paths.filter((_, i) => exists[i]).sort()
}

/**
 * Replaces the patterns among the names of files by the files that they name.
 *
 * @throws InputError if there is no such file
 */
export const expanded = async (names: readonly string[]): Promise<string[]> => {
  const found: string[] = []
  for (const name of names) {
    const files = isPattern(name) ? await filesOf(name) : [name]
    if (files.length === 0) throw noFile(name)
    found.push(...files)
  }
  return found
}
