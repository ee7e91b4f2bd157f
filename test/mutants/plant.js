// Plants each bug of the lists in a copy of the project, and checks that its tests notice it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { assembly } from './assembly.js'
import { createCopy, filesBelow, root } from './copy.js'
import { planted } from './planted.js'

/** Returns the files that `npm run kernels` writes. */
const madeByKernels = () => [
  ...filesBelow('src').filter((file) => /[bB]ytes\.ts$/.test(file)),
  ...['test/config/digests.json'].filter((file) => existsSync(join(root, file))),
]

/** Returns a pattern that finds the words of a text, with any white space between them. */
const patternOf = (/** @type {string} */ text) =>
  new RegExp(
    text
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\s+'),
    'g',
  )

/**
 * @param {import('./copy.js').Copy} copy
 * @param {import('./planted.js').Planted} bug
 * @returns {string | undefined} what is wrong with the list, if anything
 */
const plant = (copy, { changes, under = 'src' }) => {
  for (const { find, replace, times = 1 } of changes) {
    const pattern = patternOf(find)
    const places = filesBelow(under).flatMap((file) => [...copy.read(file).matchAll(pattern)].map(() => file))
    if (places.length !== times) {
      const where = places.length === 0 ? '' : `: ${places.join(', ')}`
      return `NOT FOUND: "${find}" stands in ${places.length} places below ${under}; expected ${times}${where}`
    }
    for (const file of new Set(places))
      copy.write(
        file,
        copy.read(file).replace(pattern, () => replace),
      )
  }
  return undefined
}

/**
 * @param {string} folder
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number | null; text: string }>}
 */
const run = (folder, args) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => {
        text += data
      })
    child.on('close', (code) => resolve({ code, text }))
  })

/** @param {string} folder @param {readonly string[]} tests */
const test = (folder, tests) =>
  run(folder, [
    join(folder, 'node_modules/vitest/vitest.mjs'),
    ...['run', '--config', 'test/config/vitest.config.ts', '--bail', '1', ...tests],
  ])

/**
 * @param {readonly string[]} wanted parts of names; an empty list means all bugs
 * @returns {Promise<number>} the number of bugs that were not noticed or could not be planted
 */
export const plantAll = async (wanted) => {
  const bugs = [...planted, ...assembly].filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  )
  const copy = createCopy()
  const interrupted = () => {
    copy.remove()
    process.exit(130)
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupted)
  let failures = 0
  /** @param {string} name @param {string} outcome @param {boolean} good */
  const say = (name, outcome, good) => {
    if (!good) failures++
    console.log(`${good ? 'killed  ' : '>>>>>>  '} ${name}: ${outcome}`)
  }
  try {
    for (const bug of bugs) {
      const start = performance.now()
      const wrong = plant(copy, bug)
      // The files that the compiler writes have to be put back as well.
      if (bug.kernels) for (const file of madeByKernels()) copy.write(file, copy.read(file))
      const built = wrong === undefined && bug.kernels ? await run(copy.folder, ['test/config/kernels.js']) : undefined
      if (wrong !== undefined) say(bug.name, wrong, false)
      else if (built !== undefined && built.code !== 0) say(bug.name, `the kernels do not build:\n${built.text}`, false)
      else {
        const { code, text } = await test(copy.folder, bug.tests)
        const failed = /^ *FAIL +(.*)$/m.exec(text)
        const took = `${((performance.now() - start) / 1000).toFixed(0)} s`
        if (code !== 0 && failed && / > /.test(failed[1] ?? '')) say(bug.name, `${failed[1]} (${took})`, true)
        else if (code === 0) say(bug.name, `SURVIVED ${bug.tests.join(', ')} (${took})`, false)
        else say(bug.name, `no test ran:\n${text.slice(-2000)}`, false)
      }
      copy.restore()
    }
  } finally {
    copy.remove()
  }
  console.log(`${bugs.length - failures} of ${bugs.length} planted bugs were noticed.`)
  return failures
}
