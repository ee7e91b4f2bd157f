// Runs a seeded sample of the mutants of some files, and counts how many of them the tests notice.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { filesBelow, root } from './copy.js'
import { testGraph } from './imports.js'
import { mutantsOf, mutatedText, originalText, short } from './mutants.js'
import { createRunner } from './team.js'

const ROOTS = [
  'src/model',
  'src/compile',
  'src/program',
  'src/autodiff',
  'src/wire',
  'src/client',
  'src/node',
  'operators',
]
/** The files that scripts write, or that another compiler compiles. */
const NOT_MUTATED = /\/assembly\/|[bB]ytes\.ts$|\.d\.ts$/

/** The file of each test's processor time when it last ran, which decides between two equally near tests. */
const MEASURED = join(root, 'test/mutants/node_modules/.cache/rxgrad-durations.json')

/** The time that is assumed for a test that was not measured yet. */
const UNKNOWN_MS = 4000

/** @param {readonly string[]} wanted files, folders, or patterns with a star */
const filesOf = (wanted) => {
  const all = ['src', 'operators'].flatMap(filesBelow).filter((file) => !NOT_MUTATED.test(file))
  return wanted.flatMap((each) => {
    if (each.includes('*')) {
      const parts = each.split('**').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*'))
      const pattern = new RegExp(`^${parts.join('.*')}$`)
      return all.filter((file) => pattern.test(file))
    }
    const path = each.replace(/^\.?\//, '').replace(/\/$/, '')
    if (!existsSync(join(root, path))) {
      if (wanted !== ROOTS) console.error(`There is no ${path}.`)
      return []
    }
    return statSync(join(root, path)).isFile() ? [path] : all.filter((file) => file.startsWith(`${path}/`))
  })
}

/** Shuffles a list by a seed; the first n items are also the first n of any longer sample. */
const shuffled = (list, seed) => {
  const items = [...list]
  let state = (seed * 2654435761 + 1) >>> 0
  const next = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let i = 0; i < items.length - 1; i++) {
    const k = i + next(items.length - i)
    ;[items[i], items[k]] = [items[k], items[i]]
  }
  return items
}

const nameOf = (mutant) => {
  const { file, start, kind, replacement } = mutant
  return `${file}:${start.line + 1}:${start.column + 1} ${kind}: ${originalText(mutant)} → ${short(replacement)}`
}

/**
 * @param {object} options
 * @param {number} options.n
 * @param {number} options.seed
 * @param {number} options.seconds the processor time for the tests of one mutant, as measured without it
 * @param {number} options.workers
 * @param {readonly string[]} options.files
 * @param {string} [options.again] what a former run printed: only the mutants that survived it run
 * @param {string} [options.rest] what a former run printed that was interrupted: only the mutants that it left out run
 * @returns {Promise<number>} the number of mutants that survived
 */
export const sample = async ({
  n,
  seed,
  seconds,
  workers = Math.min(2, availableParallelism()),
  files,
  again,
  rest,
}) => {
  const sources = [...new Set(filesOf(files.length > 0 ? files : ROOTS))].sort()
  const all = []
  for (const file of sources) all.push(...(await mutantsOf(file)))
  const drawn = shuffled(all, seed).slice(0, n)
  const linesOf = (/** @type {string} */ log) => log.split('\n').filter((line) => /^\d+\/\d+ /.test(line))
  const isIn = (lines) => (mutant) => lines.some((line) => line.endsWith(`) ${nameOf(mutant)}`))
  const survived = isIn(linesOf(again ?? '').filter((line) => /^\S+ survived /.test(line)))
  const ran = isIn(linesOf(rest ?? ''))
  const chosen = drawn.filter((mutant) => (again === undefined || survived(mutant)) && !ran(mutant))
  console.log(`${all.length} mutants in ${sources.length} files; a sample of ${drawn.length} by seed ${seed}.`)
  if (again !== undefined) console.log(`${chosen.length} of them survived the former run, and run again.`)
  if (rest !== undefined) console.log(`${chosen.length} of them have not run yet.`)

  const graph = testGraph()
  const durations = new Map(existsSync(MEASURED) ? Object.entries(JSON.parse(readFileSync(MEASURED, 'utf8'))) : [])
  const runners = Array.from({ length: workers }, createRunner)
  const shared = async (list, work) => {
    const left = [...list]
    await Promise.all(
      runners.map(async (runner) => {
        for (let item = left.shift(); item !== undefined && !stopped; item = left.shift()) await work(item, runner)
      }),
    )
  }
  const close = () => Promise.all(runners.map((runner) => runner.close()))
  let stopped = false
  const interrupted = () => {
    stopped = true
    return close().then(() => process.exit(130))
  }
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)

  /** Test files that fail without any mutant, and therefore prove nothing. */
  const broken = new Set()
  /** The single tests of which this is true, by their files. */
  const unsound = new Map()
  const measured = (test, ms) => durations.set(test, ms)
  /** Tells whether a test file passes without a mutant. If this is unknown, it runs; tests that fail are left out. */
  const isSound = async (runner, test) => {
    while (!broken.has(test) && !durations.has(test)) {
      const without = unsound.get(test) ?? []
      const { state, name } = await runner.run([{ test, without, limitMs: 600_000 }], undefined, measured)
      if (state === 'survived') return without.length === 0
      if (state !== 'killed' || name === undefined || without.length === 5) broken.add(test)
      else unsound.set(test, [...without, name])
      console.log(`${test} > ${name ?? state}: it fails without any mutant, and is left out.`)
    }
    return !broken.has(test)
  }

  /** For each folder, the number of its mutants that each test was the first to notice. */
  const kills = new Map()

  const survivors = []
  const counts = { killed: 0, timeout: 0, survived: 0 }
  const start = performance.now()
  try {
    await shared(chosen, async (mutant, runner) => {
      const change = { file: mutant.file, text: await mutatedText(mutant) }
      const near = graph.near(mutant.file)
      const inFolder = kills.get(dirname(mutant.file)) ?? new Map()
      kills.set(dirname(mutant.file), inFolder)
      const tryTests = async () => {
        let left = seconds * 1000
        const tests = near
          .filter(({ test }) => !broken.has(test))
          .map(({ test, distance }) => ({ test, distance, ms: durations.get(test) ?? UNKNOWN_MS }))
          // To come first, a test that is further away has to be faster, or to have noticed mutants of this folder.
          .map((each) => ({ ...each, cost: (each.ms * 2 ** each.distance) / (1 + (inFolder.get(each.test) ?? 0)) }))
          .sort((a, b) => a.cost - b.cost)
          .filter(({ ms }, i) => {
            left -= ms
            return i === 0 || left >= 0
          })
          .map(({ test, ms }) => ({ test, limitMs: durations.has(test) ? 10_000 + 5 * ms : 120_000 }))
          .map((each) => ({ ...each, without: unsound.get(each.test) ?? [] }))
        return runner.run(tests, change, measured)
      }
      let outcome = await tryTests()
      while (outcome.file !== undefined && !(await isSound(runner, outcome.file))) outcome = await tryTests()
      const { state, test, ms, ran } = outcome
      if (outcome.file !== undefined) inFolder.set(outcome.file, (inFolder.get(outcome.file) ?? 0) + 1)
      counts[state]++
      const what = nameOf(mutant)
      const done = counts.killed + counts.timeout + counts.survived
      const by = state === 'survived' ? `${ran} test files` : test
      console.log(`${done}/${chosen.length} ${state} (${(ms / 1000).toFixed(1)} s, ${by}) ${what}`)
      if (state === 'survived') survivors.push(`${what}   [${ran} test files]`)
    })
  } finally {
    mkdirSync(join(MEASURED, '..'), { recursive: true })
    writeFileSync(MEASURED, JSON.stringify(Object.fromEntries(durations)))
    await close()
    process.removeListener('SIGINT', interrupted)
    process.removeListener('SIGTERM', interrupted)
  }

  const noticed = counts.killed + counts.timeout
  console.log(`\nsurvivors:\n${survivors.sort().join('\n') || 'none'}`)
  console.log(
    `\nscore ${((100 * noticed) / Math.max(1, chosen.length)).toFixed(1)} %: ${counts.killed} killed, ` +
      `${counts.timeout} timed out, ${counts.survived} survived, of ${chosen.length} (seed ${seed}); ` +
      `${((performance.now() - start) / 60000).toFixed(1)} minutes`,
  )
  return counts.survived
}
