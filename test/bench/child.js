// Runs one contestant in a process of its own, and answers the parent's lines on stdin with lines on descriptor 3.
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { openCores } from './cores.js'
import { measureOnce, warmUp } from './measure.js'
import { createWorkload } from './workloads.js'

const [peer] = process.argv.slice(2)
let contestant
let rows
let block
let cores

const answers = {
  async open({ workload }) {
    const start = performance.now()
    const { open } = await import(`./peers/${peer}.js`)
    answers.peer = await open({ workload })
    const { name, version } = answers.peer
    return { name, version, openMs: performance.now() - start }
  },
  list: ({ workload }) =>
    answers.peer.contestants(workload).map(({ name, note = '', absent, beside }) => ({ name, note, absent, beside })),
  async check({ workload, index }) {
    const made = createWorkload(workload)
    contestant = answers.peer.contestants(workload)[index]
    block = contestant.block ?? made.batch
    await contestant.prepare(made)
    if (!contestant.loss) return { loss: null }
    await contestant.run(made.checked, true)
    return { loss: await contestant.loss() }
  },
  async warm({ ms, warmMs }) {
    // Threads that have slept wake slowly, so their rounds are long enough to keep them awake, as a stream does.
    const rounds = contestant.awake ? 10 : 1
    rows = await warmUp(contestant, block, { ms: rounds * ms, warmMs: rounds * warmMs })
    return { rows }
  },
  async measure() {
    // A rate of several threads is reported together with the cores that were free for them.
    if (!contestant.threads) return { rate: await measureOnce(contestant, rows) }
    cores ??= openCores()
    const before = cores.probe()
    const rate = await measureOnce(contestant, rows)
    return { rate, cores: [before, cores.probe()] }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...given } = JSON.parse(line)
  const answer = await Promise.resolve()
    .then(() => answers[ask](given))
    .catch((error) => ({ error: String(error?.message ?? error).split('\n')[0] }))
  writeSync(3, `${JSON.stringify(answer)}\n`)
}
process.exit(0)
