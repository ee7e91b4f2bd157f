// Shared by the peers that are fed row by row: losses from their outputs, and a stream of rows that begins again.

/** Returns the loss of a logit, as rxgrad computes it. */
export const logistic = (z, t) => Math.max(z, 0) - z * t + Math.log1p(Math.exp(-Math.abs(z)))
/** Returns the same loss of a probability. */
export const logLoss = (p, t) => -Math.log(Math.max(t ? p : 1 - p, 1e-12))
/** Returns the loss of outputs that are taken as logits. */
export const softmax = (outputs, k) => {
  let sum = 0
  for (let i = 0; i < outputs.length; i++) sum += Math.exp(outputs[i])
  return Math.log(sum) - outputs[k]
}
export const squared = (o, t) => 0.5 * (o - t) ** 2

/**
 * Creates a contestant from `start(workload)`, which returns `step(i, watch)`: it takes one step on the rows from i,
 * and returns their summed loss. A library that only queues its work also has `finish`, which waits for all of it.
 */
export const stepping = (name, note, start) => {
  let step
  let size
  let batch
  let at = 0
  let sum = 0
  let seen = 0
  return {
    name,
    note,
    async prepare(workload) {
      ;({ size, batch } = workload)
      step = await start(workload)
      at = 0
    },
    run(rows, watch = false) {
      sum = 0
      seen = rows
      for (let left = rows; left > 0; left -= batch) {
        const loss = step(at, watch)
        if (watch) sum += loss
        at = (at + batch) % size
      }
      return step.finish?.()
    },
    loss: () => sum / seen,
  }
}

/** Returns the rows as arrays of plain numbers, and their labels one-hot, for peers that need them. */
export const plainRows = ({ x, y, size, inputs, classes }) => ({
  inputs: Array.from({ length: size }, (_, i) => Array.from(x.subarray(i * inputs, (i + 1) * inputs))),
  outputs: Array.from(y, (t) => (classes ? Array.from({ length: classes }, (_, k) => (k === t ? 1 : 0)) : [t])),
})
