// The workloads as rxgrad takes them: the model, from the common first weights, and rows as chunks or objects.
import { adagrad, auto, category, createModel, dense, hashed, numeric, sgd } from '../../dist/operators/index.js'

/** The workload's model: unscaled numbers and plain SGD, but for the default, which has nothing set. */
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

/** Sparse rows: a few of very many weights, without a bias, as the ceiling has it. */
export const sparseModelOf = ({ inputs, active, learningRate }) =>
  createModel({
    features: { x: hashed({ capacity: inputs, active }) },
    target: { y: category({ values: ['c0', 'c1'] }) },
    layers: [dense(1, 'identity', { bias: false })],
    optimizer: adagrad({ learningRate }),
  })

/** The workload's sparse rows as chunks: of each row how many numbers there are, their indices, their values. */
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

/** Rows from..to as a chunk over the workload's own numbers. */
export const chunkOf = ({ x, y, inputs }, start, end) => ({
  kind: 'chunk',
  size: end - start,
  x: x.subarray(start * inputs, end * inputs),
  y: y.subarray(start, end),
})
export const chunksOf = (workload, size) =>
  Array.from({ length: workload.size / size }, (_, i) => chunkOf(workload, i * size, (i + 1) * size))

/** The workload's rows as plain objects. */
export const objectsOf = ({ x, y, size, inputs, loss }) =>
  Array.from({ length: size }, (_, i) => {
    const row = {}
    for (let j = 0; j < inputs; j++) row[`x${j}`] = x[i * inputs + j]
    row.y = loss === 'logistic' || loss === 'softmax' ? `c${y[i]}` : y[i]
    return row
  })
