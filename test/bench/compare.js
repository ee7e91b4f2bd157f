// Compares all contestants on one workload: each has its own process, and their rounds are interleaved.
import { besideOne } from './cores.js'
import { summarize } from './measure.js'
import { openNode, openPython } from './processes.js'

/** Asks a question, and throws if the answer is an error, which ends this contestant alone. */
const expect = async (child, question) => {
  const answer = await child.ask(question)
  if (answer.error) throw new Error(answer.error)
  return answer
}

/** Starts one contestant, checks its loss and warms it up. */
const enterOne = async (child, workload, index, { ms, warmMs, known }) => {
  const library = await expect(child, { ask: 'open', workload })
  known(library)
  const list = await expect(child, { ask: 'list', workload })
  const { name: contestant, note, absent, beside } = list[index] ?? {}
  const row = { workload, library: library.name, contestant, note: absent ?? note }
  if (contestant === undefined || absent) return { row, count: list.length }
  try {
    const { loss } = await expect(child, { ask: 'check', workload, index })
    await expect(child, { ask: 'warm', ms, warmMs })
    return { row: { ...row, loss }, count: list.length, child, beside, rates: [], cores: [] }
  } catch ({ message }) {
    return { row, count: list.length, reason: message }
  }
}

/** Returns a library's contestants for this workload, each with its process; failures are passed to `fail`. */
const enter = async (peer, start, workload, settings) => {
  const entered = []
  for (let index = 0, count = 1; index < count; index++) {
    const child = start()
    try {
      const entry = await enterOne(child, workload, index, settings)
      count = entry.count
      if (entry.reason) settings.fail({ what: `${peer}, ${entry.row.contestant}`, workload, reason: entry.reason })
      else if (entry.row.contestant) entered.push(entry)
      if (!entry.child) child.close()
    } catch ({ message }) {
      child.close()
      settings.fail({ what: peer, workload, reason: message })
    }
  }
  return entered
}

/** Returns the rows of the table for one workload. */
export const compare = async (workload, { peers, python, data, rounds, timeoutMs, ...settings }) => {
  const starts = [
    ...peers.map((peer) => [peer, () => openNode(peer, timeoutMs)]),
    ...(python ? pythonPeers : []).map((peer) => [peer, () => openPython(python, peer, data, timeoutMs)]),
  ]
  const entered = []
  for (const [peer, start] of starts) entered.push(...(await enter(peer, start, workload, settings)))
  const running = entered.filter(({ child }) => child)
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < running.length; i++) {
      // Each round starts with another contestant, so that the first one changes.
      const { child, rates, cores, row } = running[(i + round) % running.length]
      const answer = await child.ask({ ask: 'measure' })
      const { rate, error } = answer
      rates[round] = rate
      cores[round] = answer.cores
      if (!rate) settings.fail({ what: `${row.library}, ${row.contestant}`, workload, reason: error })
    }
  for (const { child } of running) child.close()
  for (const { row, rates, cores, beside } of running) {
    const other = beside && running.find(({ row: { contestant } }) => contestant === beside)
    if (other) row.note = besideOne(rates, other.rates, cores)
  }
  return entered.map(({ row, rates = [] }) => {
    const taken = rates.filter(Boolean)
    return taken.length > 0 ? { ...row, ...summarize(taken) } : row
  })
}

export const pythonPeers = ['peer_torch', 'peer_sklearn', 'peer_river', 'peer_vw']
export const jsPeers = ['tfjs', 'jax', 'brain', 'synaptic', 'convnetjs', 'stdlib']
