// Measures how many cores two threads get at this moment, because a rate of two workers depends on it.
import { Worker } from 'node:worker_threads'

const [STATE, TURNS] = [0, 1]
const [SLEEP, SPIN, END] = [0, 1, 2]
const TURN = 1000

// A turn is the same work in both threads.
const spinTurn = `(x) => { for (let i = 0; i < ${TURN}; i++) x = (Math.imul(x, 1664525) + 1) | 0; return x }`
const turn = new Function(`return ${spinTurn}`)()
const spinner = `
const { workerData: shared } = require('node:worker_threads')
const turn = ${spinTurn}
for (let x = 1; Atomics.load(shared, ${STATE}) !== ${END}; ) {
  Atomics.wait(shared, ${STATE}, ${SLEEP})
  while (Atomics.load(shared, ${STATE}) === ${SPIN}) {
    x = turn(x)
    Atomics.add(shared, ${TURNS}, 1)
  }
}`

/** Returns the number of turns per millisecond in this thread. */
const spinFor = (ms) => {
  const start = performance.now()
  let turns = 0
  let now = start
  for (let x = 1; now - start < ms; now = performance.now(), turns++) x = turn(x)
  return turns / (now - start)
}

/** Compares what two spinning threads do with the best that one did alone: the ratio is 2 if a second core is free. */
export const openCores = () => {
  const shared = new Int32Array(new SharedArrayBuffer(8))
  const thread = new Worker(spinner, { eval: true, workerData: shared })
  thread.unref()
  let alone = 0
  const set = (state) => {
    Atomics.store(shared, STATE, state)
    Atomics.notify(shared, STATE)
  }
  return {
    probe() {
      for (let i = 0; i < 5; i++) alone = Math.max(alone, spinFor(1))
      Atomics.store(shared, TURNS, 0)
      set(SPIN)
      const start = performance.now()
      const here = spinFor(10)
      const there = Atomics.load(shared, TURNS) / (performance.now() - start)
      set(SLEEP)
      return (here + there) / alone
    },
    close: () => set(END),
  }
}

/** The number of cores from which on the second core counts as free. */
const FREE = 1.8

/** Compares rounds of two workers with those of one; `cores` has the cores before and after each round of two. */
export const besideOne = (two, one, cores) => {
  const rounds = two.flatMap((rate, i) =>
    rate && one[i] ? [{ ratio: rate / one[i], cores: Math.min(...cores[i]) }] : [],
  )
  const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
  const free = rounds.filter((round) => round.cores >= FREE)
  const all = `${middle(rounds.map(({ ratio }) => ratio))?.toFixed(2)} × one worker`
  const got = `${middle(rounds.map((round) => round.cores))?.toFixed(1)} cores to two spinning threads`
  if (free.length === 0) return `${all}; ${got}: the second core was free in no round`
  const alike = `${middle(free.map(({ ratio }) => ratio)).toFixed(2)} ×`
  return `${all}; ${got}; ${alike} in the ${free.length} of ${rounds.length} rounds in which the second core was free`
}
