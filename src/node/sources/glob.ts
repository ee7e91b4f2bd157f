import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from './inputError.js'

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

/**
 * Returns the files that a pattern such as `data/*.csv` names, in the order of their names. A shell does this unless
 * the pattern is quoted.
 */
const filesOf = async (pattern: string): Promise<string[]> => {
  let paths = [pattern.startsWith('/') ? '/' : '']
  for (const part of pattern.split('/').filter((name) => name !== '')) {
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
  return paths.sort()
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
    if (files.length === 0)
      throw new InputError(`there is no file ${name}; name an NDJSON or CSV file, or - for stdin.`)
    found.push(...files)
  }
  return found
}
