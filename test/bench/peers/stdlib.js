// @stdlib/ml is measured by its incremental binary classification, with plain SGD of the logistic loss in f64.
import { createRequire } from 'node:module'
import { logistic, stepping } from './watch.js'

const require = createRequire(import.meta.url)

const start =
  (classification, array) =>
  ({ inputs, size, x, y, learningRate }) => {
    const model = classification(inputs, { learningRate: ['constant', learningRate], lambda: 0, loss: 'log' })
    const rows = Array.from({ length: size }, (_, i) =>
      array(Float64Array.from(x.subarray(i * inputs, (i + 1) * inputs))),
    )
    return (i, watch) => {
      const z = watch ? model.predict(rows[i], 'linear').get() : 0
      model(rows[i], y[i] === 1 ? 1 : -1)
      return watch ? logistic(z, y[i]) : 0
    }
  }

export const open = async () => {
  const train = start(require('@stdlib/ml/incr/binary-classification'), require('@stdlib/ndarray/array'))
  return {
    name: '@stdlib/ml',
    version: require('@stdlib/ml/package.json').version,
    contestants: (workload) => (workload === 'W1' ? [stepping('incr/binary-classification', 'f64', train)] : []),
  }
}
