// Finds the tests that import a file, directly or through others, and how far they are from it.
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { filesBelow, root } from './copy.js'

/** Excludes tests of the text of sources, which any change breaks, and tests that need a browser or take minutes. */
const LEFT_OUT =
  /^test\/(architecture|size|docs|readme|examples|e2e|real|bench|types|mutants|operators\/million|src\/kernels\/bytes)/

/** The package's names, as the tests import them, and their files. */
const ENTRIES = new Map([
  ['rxgrad', 'operators/index.ts'],
  ['rxgrad/slim', 'operators/slim.ts'],
  ['rxgrad/fast', 'src/kernels/host/fast.ts'],
  ['rxgrad/testing/operators', 'operators/testing/index.ts'],
])

/** @param {string} file @returns {string[]} */
const importsOf = (file) => {
  const text = readFileSync(join(root, file), 'utf8')
  const found = []
  // An import of types alone does not count, but `new URL('./thread.js', …)` does.
  for (const [, name] of text.replace(/^(import|export) type [^']*'[^']*'/gm, '').matchAll(/'([^'\n]+)'/g)) {
    const path = /^\.\.?\//.test(name)
      ? posix.join(dirname(file), name).replace(/\.js$/, '.ts')
      : (ENTRIES.get(name) ?? name.replace(/^rxgrad\/(\w+)$/, 'src/$1/index.ts'))
    if (path.endsWith('.ts') && existsSync(join(root, path))) found.push(path)
  }
  return found
}

/** @returns {{ tests: string[]; near: (file: string) => { test: string; distance: number }[] }} */
export const testGraph = () => {
  const known = new Map()
  const importsOnce = (/** @type {string} */ file) => {
    const found = known.get(file) ?? importsOf(file)
    known.set(file, found)
    return found
  }
  const tests = filesBelow('test').filter((file) => file.endsWith('.test.ts') && !LEFT_OUT.test(file))
  /** For each test, the number of imports that lead from it to each file. */
  const distances = new Map(
    tests.map((test) => {
      const distance = new Map([[test, 0]])
      for (const [file, steps] of distance)
        for (const next of importsOnce(file)) if (!distance.has(next)) distance.set(next, steps + 1)
      return [test, distance]
    }),
  )
  return {
    tests,
    near: (file) =>
      tests.flatMap((test) => {
        const distance = distances.get(test).get(file)
        return distance === undefined ? [] : [{ test, distance: distance - closeness(test, file) }]
      }),
  }
}

/** Returns how much nearer a test is if its name, or its folder, mirrors that of the file. */
const closeness = (/** @type {string} */ test, /** @type {string} */ file) => {
  const own = basename(file, '.ts').toLowerCase()
  const name = basename(test, '.test.ts').toLowerCase()
  if (own === name) return 4
  const room = dirname(file)
  const mirrored = dirname(test).replace(/^test\//, '')
  return (
    (own.includes(name) || name.includes(own) ? 1 : 0) + (room === mirrored ? 2 : room.startsWith(mirrored) ? 1 : 0)
  )
}
