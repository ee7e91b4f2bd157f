// Prepares the workloads for rxgrad: the model with the common first weights, and the rows as chunks or objects.
import { adagrad, auto, category, createModel, dense, hashed, numeric, sgd } from '../../dist/operators/index.js'

/** Creates the workload's model, with unscaled numbers and plain SGD; the default workload has nothing set. */
export const modelOf = (workload, settings = {}) => {
  const { name, inputs, layers, loss, learningRate, classes = 2 } = workload
  const plain = name === 'D' ? undefined : { scale: 'none' }
  const names = Array.from({ length: classes }, (_, k) => `c${k}`)
  const categorical = loss === 'logistic' || loss === 'softmax'
  const model = createModel({
    features: Object.fromEntries(Array.from({ length: inputs }, (_, j) => [`x${j}`, numeric(plain)])),
    target: { y: categorical ? category({ values: names }) : numeric(plain) },
    layers: layers.map(({ units, activation }) => dense(units, activation)),
    optimizer: name === 'D' ? auto() : sgd({ learningRate }),
    ...settings,
  })
  const parameters = model.parameters
  for (const { name: tensor, offset } of model.layout) {
    const [, layer, part] = /^dense(\d+)\.(W|b)$/.exec(tensor)
    parameters.set(layers[layer - 1][part], offset)
  }
  model.restore({ ...model.snapshot(), parameters })
  return model
}

/** Creates the model for sparse rows, which has a great many weights and, like the ceiling, no bias. */
export const sparseModelOf = ({ inputs, active, learningRate }) =>
  createModel({
    features: { x: hashed({ capacity: inputs, active }) },
    target: { y: category({ values: ['c0', 'c1'] }) },
    layers: [dense(1, 'identity', { bias: false })],
    optimizer: adagrad({ learningRate }),
  })

/** Returns the workload's sparse rows as chunks; a row has the count of its numbers, then their indices and values. */
export const sparseChunksOf = ({ indices, x: values, y, active, size }, block) => {
  const width = 1 + 2 * active
  const x = new Float32Array(size * width)
  for (let i = 0; i < size; i++) {
    x[i * width] = active
    for (let k = 0; k < active; k++) {
      x[i * width + 1 + 2 * k] = indices[i * active + k]
      x[i * width + 2 + 2 * k] = values[i * active + k]
    }
  }
  return Array.from({ length: size / block }, (_, i) => ({
    kind: 'chunk',
    size: block,
    x: x.subarray(i * block * width, (i + 1) * block * width),
    y: y.subarray(i * block, (i + 1) * block),
  }))
}

/** Returns the rows from start to end as a chunk over the workload's own numbers. */
export const chunkOf = ({ x, y, inputs }, start, end) => ({
  kind: 'chunk',
  size: end - start,
  x: x.subarray(start * inputs, end * inputs),
  y: y.subarray(start, end),
})
export const chunksOf = (workload, size) =>
  Array.from({ length: workload.size / size }, (_, i) => chunkOf(workload, i * size, (i + 1) * size))

/** Returns the workload's rows as plain objects. */
export const objectsOf = ({ x, y, size, inputs, loss }) =>
  Array.from({ length: size }, (_, i) => {
    const row = {}
    for (let j = 0; j < inputs; j++) row[`x${j}`] = x[i * inputs + j]
    row.y = loss === 'logistic' || loss === 'softmax' ? `c${y[i]}` : y[i]
    return row
  })
