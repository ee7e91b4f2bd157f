// npm run bench compares rxgrad with its peers and its ceilings. `--help` prints the flags.
import { rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { measureCommandLine } from './cli.js'
import { compare, jsPeers } from './compare.js'
import { measureInput } from './input/measure.js'
import { runFresh } from './processes.js'
import { conditions, failuresTable, versionsTable, workloadTable } from './report.js'
import { installPeers, installPython, writeRows } from './setup.js'
import { describeWorkload, workloadNames } from './workloads.js'

const help = `npm run bench -- [flags]

  --quick         measures for a few milliseconds in 3 rounds, to check that everything runs
  --only W1,D     measures only these of ${workloadNames.join(' ')} cli input overhead growth
  --peers js      compares with the peers in JavaScript (js, the default) or with none
  --python        adds PyTorch, scikit-learn, River and Vowpal Wabbit, in a venv that it creates
                  (the venv sees the system's packages; install PyTorch there: apt-get install python3-torch)
  --rounds 7      the number of interleaved rounds
  --json FILE     writes the numbers to a file, for comparing runs

RXGRAD_DATA names the folder of electricity.csv, which cli reads.
`
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    peers: { type: 'string', default: 'js' },
    python: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit(0)
}

const refuse = (reason) => {
  process.stderr.write(`bench: ${reason}\n`)
  process.exit(2)
}

const { quick, peers, only } = values
const sections = [...workloadNames, 'cli', 'input', 'overhead', 'growth']
const wanted = only ? only.split(',') : sections
for (const name of wanted)
  if (!sections.includes(name)) refuse(`--only: there is no ${name}; there are ${sections.join(', ')}.`)
if (!['js', 'none'].includes(peers)) refuse(`--peers is ${peers}; expected js or none.`)
const rounds = Number(values.rounds ?? (quick ? 3 : 7))
if (!Number.isInteger(rounds) || rounds < 1) refuse(`--rounds is ${values.rounds}; expected 1 or more.`)
const pace = quick ? { ms: 5, warmMs: 20 } : { ms: 50, warmMs: 300 }

const libraries = new Map()
const failures = []
const fail = (failure) => {
  // A library that does not load fails in the same way on every workload, so this is reported once.
  if (!failures.some(({ what, reason }) => what === failure.what && reason === failure.reason)) failures.push(failure)
}
const known = (library) => {
  if (!libraries.has(library.name)) libraries.set(library.name, library)
}
const say = (text) => process.stdout.write(`${text}\n`)

const chosen = workloadNames.filter((name) => wanted.includes(name))
const results = { conditions: conditions(), settings: { ...pace, rounds }, workloads: [] }
say(`## Benchmark\n`)
for (const [name, value] of Object.entries(results.conditions)) say(`- ${name}: ${value}`)
if (results.conditions.load > results.conditions.cores / 2)
  say('- other programs are computing: only the column best says something, and × core may be far off')
say(`- ${rounds} interleaved rounds of about ${pace.ms} ms, a process for each contestant; spread = (q3 − q1)/median`)
say('- × core: the rate relative to rxgrad’s core; loss: the mean over the first rows; = if it is the core’s to 1e-4\n')

const hasPeers = chosen.length > 0 || wanted.includes('input')
const missing = hasPeers && peers === 'js' ? installPeers() : undefined
if (missing) fail({ what: 'peers', reason: missing })
const { python, reason } = hasPeers && values.python ? installPython() : {}
if (reason) fail({ what: 'Python', reason })
const data = python && writeRows(chosen)
try {
  for (const name of chosen) {
    const rows = await compare(name, {
      ...pace,
      ...{ rounds, python, data, known, fail, timeoutMs: 120_000 },
      peers: ['rxgrad', 'ceilings', ...(peers === 'js' && !missing ? jsPeers : [])],
    })
    results.workloads.push({ ...describeWorkload(name), rows })
    say(workloadTable(describeWorkload(name), rows))
  }
} finally {
  if (data) rmSync(data, { recursive: true })
}

for (const [name, script] of [
  ['overhead', 'overhead.js'],
  ['growth', 'growth.js'],
]) {
  if (!wanted.includes(name)) continue
  const answer = await runFresh(script, { quick, rounds }, 900_000)
  if (answer.error) fail({ what: name, reason: answer.error })
  else {
    say(answer.markdown)
    results[name] = answer.results
  }
}
if (wanted.includes('cli')) {
  const answer = measureCommandLine({ rounds: Math.min(rounds, 5) })
  if (answer.reason) fail({ what: 'cli', reason: answer.reason })
  else {
    say(answer.markdown)
    results.cli = answer.results
  }
}
if (wanted.includes('input')) {
  const { markdown, results: rates, failures: failed } = measureInput({ rounds: Math.min(rounds, 5), quick, python })
  for (const each of failed) fail(each)
  say(markdown)
  results.input = rates
}
results.libraries = [...libraries.values()]
results.failures = failures
if (libraries.size > 0) say(versionsTable(libraries))
say(failuresTable(failures))
if (values.json) writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`)
