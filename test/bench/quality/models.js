// The models of this library and their peers, test-then-train with all defaults over the same rows: how often each errs,
// over the whole stream and over its first rows.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { category, createModel, dense, experts, numeric } from '../../../dist/operators/index.js'
import { fileStreams, generated } from './tables.js'

/** Each learner's part of the configuration, by the number of outputs. */
const learners = {
  linear: (outputs) => ({ layers: [dense(outputs)] }),
  net: (outputs) => ({ layers: [dense(32, 'relu'), dense(outputs)] }),
  experts: (outputs) => ({ experts: experts.auto({ outputs }) }),
}
const PREFIXES = { 'first 200': 200, 'first 1,000': 1000, all: Number.POSITIVE_INFINITY }

const configurationOf = ({ task, rows }) => {
  const columns = [...new Set(rows.slice(0, 1000).flatMap(([x]) => Object.keys(x)))]
  const fieldOf = (name) => {
    const names = new Set(rows.map(([x]) => x[name]).filter((value) => typeof value === 'string'))
    return names.size > 0 ? category({ capacity: Math.max(2, Math.min(names.size, 64)) }) : numeric()
  }
  const classes = new Set(rows.map(([, y]) => y)).size
  return {
    features: Object.fromEntries(columns.map((name) => [`x ${name}`, fieldOf(name)])),
    target: { y: task === 'class' ? category() : numeric() },
    outputs: task === 'number' || classes === 2 ? 1 : classes,
  }
}
const rowsOf = ({ rows }) =>
  rows.map(([x, y]) => ({
    ...Object.fromEntries(
      Object.entries(x).map(([name, value]) => [`x ${name}`, typeof value === 'boolean' ? Number(value) : value]),
    ),
    y,
  }))

/** The errors of all rows but the first: 0 or 1 for a class, the distance for a number. */
const errorsOf = (stream, partOf, seed) => {
  const { features, target, outputs } = configurationOf(stream)
  const { predictions, actual } = createModel({ features, target, ...partOf(outputs), seed }).learn(rowsOf(stream))
  return Array.from(actual, (y, i) => {
    const value = predictions.values[i]
    return stream.task === 'class' ? Number(value !== y) : Math.abs(value - y)
  }).slice(1)
}

/** No change, and the majority class or the running mean. */
const baselines = ({ task, rows }) => {
  const noChange = rows
    .slice(1)
    .map(([, y], i) => (task === 'class' ? Number(y !== rows[i][1]) : Math.abs(y - rows[i][1])))
  const counts = new Map()
  let sum = 0
  const usual = rows.map(([, y], i) => {
    const [top] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? []
    const error = task === 'class' ? Number(top !== y) : Math.abs(y - (i === 0 ? 0 : sum / i))
    if (task === 'class') counts.set(y, (counts.get(y) ?? 0) + 1)
    else sum += y
    return error
  })
  return { 'no change': noChange, usual: usual.slice(1) }
}

const mean = (errors, most) => {
  const taken = errors.slice(0, most)
  return taken.reduce((sum, error) => sum + error, 0) / taken.length
}

/** The peers' errors by stream, from Python: those of every script, by the Python that it needs. */
const peersOf = (scripts, streams) => {
  const folder = mkdtempSync(join(tmpdir(), 'rxgrad-quality-'))
  streams.forEach((stream, i) => {
    writeFileSync(join(folder, `${String(i).padStart(3, '0')}.json`), JSON.stringify(stream))
  })
  return scripts.flatMap(({ python, script }) => {
    const path = fileURLToPath(new URL(`python/${script}`, import.meta.url))
    const { stdout } = spawnSync(python, ['-W', 'ignore', path, folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 30,
    })
    return stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  })
}
const packagedStreams = (python, limit) => {
  const folder = mkdtempSync(join(tmpdir(), 'rxgrad-streams-'))
  mkdirSync(folder, { recursive: true })
  execFileSync(python, [fileURLToPath(new URL('python/streams.py', import.meta.url)), folder, String(limit)])
  return readdirSync(folder).map((file) =>
    JSON.parse(readFileSync(join(folder, file), 'utf8').replaceAll('NaN', 'null')),
  )
}

/** The rank of each learner on a stream, 1 for the best; equals share the mean of their ranks. */
const ranksOf = (scores) => {
  const entries = Object.entries(scores)
  return Object.fromEntries(
    entries.map(([name, own]) => [
      name,
      1 +
        entries.filter(([, other]) => other < own).length +
        (entries.filter(([, other]) => other === own).length - 1) / 2,
    ]),
  )
}
const shown = (task, value) =>
  value === undefined ? '–' : task === 'class' ? `${(100 * value).toFixed(2)} %` : value.toPrecision(4)

const print = (title, streams, results, names) => {
  console.log(`\n${title} (* stream used to choose constants)`)
  console.log(['stream'.padEnd(20), ...names.map((name) => name.padStart(16))].join(''))
  const totals = Object.fromEntries(names.map((name) => [name, []]))
  for (const { name, task, chosen } of streams) {
    const scores = results[name][title]
    console.log(
      [`${name}${chosen ? ' *' : ''}`.padEnd(20), ...names.map((each) => shown(task, scores[each]).padStart(16))].join(
        '',
      ),
    )
    for (const [each, rank] of Object.entries(ranksOf(scores))) totals[each]?.push(rank)
  }
  const ranks = names.map((name) => totals[name].reduce((sum, rank) => sum + rank, 0) / totals[name].length)
  console.log(['mean rank'.padEnd(20), ...ranks.map((rank) => rank.toFixed(2).padStart(16))].join(''))
}

/** Below this share of points, or of the error of a number, two learners are as good as each other. */
const TIE = 0.002

/**
 * Prints, for each of this library's models, how it does beside the peers and baselines alone: its mean rank, on how
 * many streams it beats or ties every peer, and where it is behind no change or any peer by much.
 */
const printSummary = (prefix, streams, results) => {
  for (const own of Object.keys(learners).map((name) => `rxgrad ${name}`)) {
    if (streams.some(({ name }) => results[name][prefix][own] === undefined)) continue
    const ranks = []
    let best = 0
    const behind = []
    for (const { name, task } of streams) {
      const scores = Object.entries(results[name][prefix])
      const score = results[name][prefix][own]
      const others = scores.filter(([each]) => !each.startsWith('rxgrad'))
      const reach = (value) => (task === 'class' ? value + TIE : value * (1 + TIE))
      ranks.push(1 + others.filter(([, other]) => other < score).length)
      const peers = others.filter(([each]) => !['no change', 'usual'].includes(each))
      if (peers.every(([, other]) => score <= reach(other))) best++
      const noChange = results[name][prefix]['no change']
      if (score > 1.02 * noChange) behind.push(`${name} (no change ${shown(task, noChange)}, ${shown(task, score)})`)
      for (const [each, other] of peers)
        if (task === 'class' && score > other + 0.1)
          behind.push(`${name} (${each} ${shown(task, other)}, ${shown(task, score)})`)
    }
    const rank = ranks.reduce((sum, each) => sum + each, 0) / ranks.length
    console.log(
      `${own}, ${prefix}: mean rank ${rank.toFixed(2)}; beats or ties every peer on ${best} of ${streams.length}; more than 2 % behind no change, or 10 points behind a peer: ${behind.join(', ') || 'nowhere'}`,
    )
  }
}

/**
 * Compares learners over all streams, and prints a table for each prefix.
 *
 * @param limit the number of rows of each stream
 * @param python the Python that has the peers; undefined runs this library's models alone
 * @param deepRiver the Python that has deep-river, if there is one
 * @param only the names of the streams; all of them if it is empty
 * @param wanted the names of this library's learners; all of them if it is empty
 * @param earlier the results of an earlier run, which has the peers' figures
 */
export const compareModels = ({ limit, python, deepRiver, seeds, only = [], learners: wanted = [], earlier }) => {
  const all = [...fileStreams(limit), ...generated(limit), ...(python ? packagedStreams(python, limit) : [])]
  const streams = only.length > 0 ? all.filter(({ name }) => only.includes(name)) : all
  const results = {}
  const record = (stream, name, errors) => {
    for (const [prefix, most] of Object.entries(PREFIXES)) {
      results[stream] ??= {}
      results[stream][prefix] ??= {}
      results[stream][prefix][name] = mean(errors, most)
    }
  }
  for (const stream of streams) {
    for (const [name, errors] of Object.entries(baselines(stream))) record(stream.name, name, errors)
    for (const [name, partOf] of Object.entries(learners)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue
      const runs = seeds.map((seed) => errorsOf(stream, partOf, seed))
      record(
        stream.name,
        `rxgrad ${name}`,
        runs[0].map((_, i) => runs.reduce((sum, run) => sum + run[i], 0) / runs.length),
      )
    }
  }
  for (const [stream, found] of Object.entries(results))
    for (const [prefix, scores] of Object.entries(earlier?.[stream] ?? {}))
      for (const [name, score] of Object.entries(scores))
        found[prefix][name.startsWith('rxgrad ') ? `${name} before` : name] ??= score
  const scripts = [
    { python, script: 'peers.py' },
    { python: deepRiver, script: 'peer_deep_river.py' },
  ].filter((each) => each.python && !earlier)
  for (const { stream, peer, errors, failed } of peersOf(scripts, streams)) {
    if (errors) record(stream, peer, errors)
    else console.log(`${peer} failed on ${stream}: ${failed}`)
  }
  const names = [...new Set(Object.values(results).flatMap(({ all: scores }) => Object.keys(scores)))]
  for (const prefix of Object.keys(PREFIXES)) print(prefix, streams, results, names)
  console.log('\nbeside the peers and baselines alone')
  for (const prefix of Object.keys(PREFIXES)) printSummary(prefix, streams, results)
  return results
}
