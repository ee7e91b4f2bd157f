// This process runs test files in a copy of the project, one after another until one fails. It keeps one vitest, which
// remembers what it has read, so that only the changed file is read again.
import { join, normalize } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './copy.js'

const folder = process.argv[2]
process.chdir(folder)
const { createVitest } = await import(pathToFileURL(join(root, 'node_modules/vitest/dist/node.js')).href)
const vitest = await createVitest(
  'test',
  {
    config: join(folder, 'test/config/vitest.config.ts'),
    // a changed module has to be read again
    isolate: true,
    ...{ watch: false, run: true, bail: 1, pool: 'threads', maxWorkers: 1, fileParallelism: false, cache: false },
    ...{ reporters: [{}], silent: true, coverage: { enabled: false } },
  },
  { cacheDir: join(folder, '.vite') },
)
const specifications = await vitest.globTestSpecifications()

const namesOfFailed = (tasks) =>
  tasks.flatMap((task) =>
    task.tasks?.length > 0 ? namesOfFailed(task.tasks) : task.result?.state === 'fail' ? [task.name] : [],
  )

/** Returns a pattern for the names of tests that do not end in one of these names. */
const allBut = (/** @type {readonly string[]} */ names) =>
  new RegExp(`^(?!.*(${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$)`)

/** Returns the processor time of all threads of this process, which does not depend on what else the machine does. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

process.on('message', async ({ changed, tests }) => {
  for (const file of changed) vitest.invalidateFile(join(folder, file))
  for (const { test, limitMs, without = [] } of tests) {
    const start = cpuMs()
    const found = specifications.find(({ moduleId }) => normalize(moduleId) === join(folder, test))
    if (found === undefined) throw new Error(`vitest does not know ${test}`)
    const specification =
      without.length === 0
        ? found
        : found.project.createSpecification(found.moduleId, { testNamePattern: allBut(without) })
    vitest.state.filesMap.clear()
    vitest.state.errorsSet.clear()
    // A test runs in a thread of its own, so that this thread can report a test that never ends.
    const clock = setInterval(() => {
      if (cpuMs() - start > limitMs) process.send({ kind: 'overrun', test })
    }, 1000)
    await vitest.runTestSpecifications([specification], false)
    clearInterval(clock)
    const files = vitest.state.getFiles()
    const failed = files.some(({ result }) => result?.state === 'fail') || vitest.state.errorsSet.size > 0
    process.send({ kind: 'ran', test, failed, ms: cpuMs() - start, name: failed ? namesOfFailed(files)[0] : undefined })
    if (failed) break
  }
  process.send({ kind: 'done' })
})
process.send({ kind: 'ready' })
