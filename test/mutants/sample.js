// A seeded sample of the mutants of some files: how many of them the tests notice, and which they do not.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
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
/** Made by scripts, or compiled by another compiler. */
const NOT_MUTATED = /\/assembly\/|[bB]ytes\.ts$|\.d\.ts$/

/** Each test's processor time, as it was measured last: what decides which of two equally near comes first. */
const MEASURED = join(root, 'test/mutants/node_modules/.cache/rxgrad-durations.json')

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
      if (wanted !== ROOTS) console.error(`there is no ${path}`)
      return []
    }
    return statSync(join(root, path)).isFile() ? [path] : all.filter((file) => file.startsWith(`${path}/`))
  })
}

/** A shuffle by a seed: the first n of it are the first n of any longer sample. */
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

/**
 * @param {object} options
 * @param {number} options.n
 * @param {number} options.seed
 * @param {number} options.seconds of processor time of tests for one mutant, as they take without it
 * @param {number} options.workers
 * @param {readonly string[]} options.files
 * @returns {Promise<number>} how many survived
 */
export const sample = async ({ n, seed, seconds, workers = Math.min(2, availableParallelism()), files }) => {
  const sources = [...new Set(filesOf(files.length > 0 ? files : ROOTS))].sort()
  const all = []
  for (const file of sources) all.push(...(await mutantsOf(file)))
  const chosen = shuffled(all, seed).slice(0, n)
  console.log(`${all.length} mutants in ${sources.length} files; a sample of ${chosen.length} by seed ${seed}.`)

  const graph = testGraph()
  const durations = new Map(existsSync(MEASURED) ? Object.entries(JSON.parse(readFileSync(MEASURED, 'utf8'))) : [])
  const runners = Array.from({ length: workers }, createRunner)
  const shared = async (list, work) => {
    const left = [...list]
    await Promise.all(
      runners.map(async (runner) => {
        for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item, runner)
      }),
    )
  }
  const interrupted = () => {
    for (const runner of runners) runner.close()
    process.exit(130)
  }
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)

  const survivors = []
  const counts = { killed: 0, timeout: 0, survived: 0 }
  const start = performance.now()
  try {
    // tests whose time is not known run once without any mutant, and have to pass
    const wanted = new Set(chosen.flatMap(({ file }) => graph.near(file).map(({ test }) => test)))
    const unknown = [...wanted].filter((test) => !durations.has(test))
    if (unknown.length > 0) console.log(`${unknown.length} test files run once without a mutant, to be measured.`)
    const broken = new Set()
    await shared(unknown, async (test, runner) => {
      const { state } = await runner.run([{ test, limitMs: 600_000 }], undefined, (name, ms) => durations.set(name, ms))
      if (state === 'survived') return
      broken.add(test)
      console.log(`${test} fails without any mutant (${state}), and is left out.`)
    })
    mkdirSync(join(MEASURED, '..'), { recursive: true })
    writeFileSync(MEASURED, JSON.stringify(Object.fromEntries(durations)))

    await shared(chosen, async (mutant, runner) => {
      let left = seconds * 1000
      const tests = graph
        .near(mutant.file)
        .filter(({ test }) => !broken.has(test))
        .map(({ test, distance }) => ({ test, distance, ms: durations.get(test) ?? 5000 }))
        // a test that is further away has to be so much faster to come first
        .sort((a, b) => a.ms * 2 ** a.distance - b.ms * 2 ** b.distance)
        .filter(({ ms }, i) => {
          left -= ms
          return i === 0 || left >= 0
        })
        .map(({ test, ms }) => ({ test, limitMs: 10_000 + 5 * ms }))
      const { state, test, ms, ran } = await runner.run(tests, { file: mutant.file, text: await mutatedText(mutant) })
      counts[state]++
      const { file, start: at, kind, replacement } = mutant
      const what = `${file}:${at.line + 1}:${at.column + 1} ${kind}: ${originalText(mutant)} → ${short(replacement)}`
      const done = counts.killed + counts.timeout + counts.survived
      const by = state === 'survived' ? `${ran} test files` : test
      console.log(`${done}/${chosen.length} ${state} (${(ms / 1000).toFixed(1)} s, ${by}) ${what}`)
      if (state === 'survived') survivors.push(`${what}   [${ran} test files]`)
    })
  } finally {
    for (const runner of runners) runner.close()
    process.removeListener('SIGINT', interrupted)
    process.removeListener('SIGTERM', interrupted)
  }

  const noticed = counts.killed + counts.timeout
  console.log(`\nsurvivors:\n${survivors.sort().join('\n') || 'none'}`)
  console.log(
    `\nscore ${((100 * noticed) / Math.max(1, chosen.length)).toFixed(1)} %: ${counts.killed} killed, ${counts.timeout} timed out, ` +
      `${counts.survived} survived, of ${chosen.length} (seed ${seed}); ${((performance.now() - start) / 60000).toFixed(1)} minutes`,
  )
  return counts.survived
}
