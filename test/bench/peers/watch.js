// What hand-fed peers have in common: losses from their outputs, and the rows of a stream that wraps around.

/** l(z, t) of a logit, as rxgrad computes it. */
export const logistic = (z, t) => Math.max(z, 0) - z * t + Math.log1p(Math.exp(-Math.abs(z)))
/** The same of a probability. */
export const logLoss = (p, t) => -Math.log(Math.max(t ? p : 1 - p, 1e-12))
/** Of outputs taken as logits. */
export const softmax = (outputs, k) => {
  let sum = 0
  for (let i = 0; i < outputs.length; i++) sum += Math.exp(outputs[i])
  return Math.log(sum) - outputs[k]
}
export const squared = (o, t) => 0.5 * (o - t) ** 2

/**
 * A contestant out of `start(workload)`, which gives `step(i, watch)`: one step on the rows from i, its
 * summed loss back. A library that only queues its work has `finish` too, which waits for all of it.
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

/** The rows as arrays of plain numbers, for peers that take those, and their labels one-hot. */
export const plainRows = ({ x, y, size, inputs, classes }) => ({
  inputs: Array.from({ length: size }, (_, i) => Array.from(x.subarray(i * inputs, (i + 1) * inputs))),
  outputs: Array.from(y, (t) => (classes ? Array.from({ length: classes }, (_, k) => (k === t ? 1 : 0)) : [t])),
})
