// Times one contestant inside its process, and summarizes its rounds by median and quartiles.

const elapsedMs = async (contestant, rows) => {
  const start = performance.now()
  const pending = contestant.run(rows)
  if (pending) await pending
  return performance.now() - start
}

/** Rounds to whole blocks of rows, at least one: a step's batch, or a chunk if the contestant learns chunks. */
const inBlocks = (rows, block) => Math.max(1, Math.round(rows / block)) * block

/** Runs for at least `warmMs`, so that compilers can finish, and returns the number of rows that take about `ms`. */
export const warmUp = async (contestant, block, { warmMs, ms }) => {
  let rows = block
  let total = 0
  for (;;) {
    const took = await elapsedMs(contestant, rows)
    total += took
    if (total >= warmMs && took >= ms / 4) return inBlocks((rows * ms) / took, block)
    if (took < ms / 2) rows = inBlocks(Math.min(16, ms / Math.max(took, ms / 16)) * rows, block)
  }
}

/** Measures the rows per second once. */
export const measureOnce = async (contestant, rows) => (rows / (await elapsedMs(contestant, rows))) * 1000

const quantile = (sorted, q) => {
  const at = q * (sorted.length - 1)
  const low = Math.floor(at)
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low])
}

/** Returns median, minimum, maximum, and spread = (q3 − q1) / median. */
export const summarize = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const median = quantile(sorted, 0.5)
  const spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / median
  return { median, spread, min: sorted[0], max: sorted.at(-1), rounds: sorted.length }
}

/** Measures the nanoseconds per row of several bodies of `rows` rows each, in one process with interleaved rounds. */
export const nanosecondsEach = async (bodies, { rounds, ms, warmMs }) => {
  const contestants = []
  for (const { body, rows } of bodies) {
    const run = async (times) => {
      for (let i = 0; i < times; i++) {
        const pending = body()
        if (pending?.then) await pending
      }
    }
    contestants.push({ run, rows, times: await warmUp({ run }, 1, { ms, warmMs }), values: [] })
  }
  for (let round = 0; round < rounds; round++)
    for (const { run, rows, times, values } of contestants)
      values.push(((await elapsedMs({ run }, times)) * 1e6) / (times * rows))
  return contestants.map(({ values }) => summarize(values))
}
