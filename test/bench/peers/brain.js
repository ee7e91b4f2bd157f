// brain.js is measured by trainPattern. It has no cross-entropy: each output's error is multiplied by the activation's
// slope.
import { createRequire } from 'node:module'
import { logLoss, plainRows, softmax, squared, stepping } from './watch.js'

const require = createRequire(import.meta.url)

const losses = {
  logistic: ([o], t) => logLoss(o, t),
  squared: ([o], t) => squared(o, t),
  softmax,
}

const start = (NeuralNetwork) => (workload) => {
  const { layers, y, learningRate, loss } = workload
  const { inputs, outputs } = plainRows(workload)
  const sizes = layers.slice(0, -1).map(({ units }) => units)
  const activation = { logistic: 'sigmoid', squared: 'tanh', softmax: 'relu' }[loss]
  const net = new NeuralNetwork({
    hiddenLayers: sizes,
    activation,
    inputSize: workload.inputs,
    outputSize: outputs[0].length,
  })
  net.initialize()
  // The check of the settings refuses a momentum of 0, but the step accepts it.
  Object.assign(net.trainOpts, { learningRate, momentum: 0 })
  layers.forEach(({ W, units }, i) => {
    net.weights[i + 1].forEach((weights, k) => {
      for (let j = 0; j < weights.length; j++) weights[j] = W[j * units + k]
    })
    net.biases[i + 1].fill(0)
  })
  const of = losses[loss]
  const rows = inputs.map((input, i) => ({ input, output: outputs[i] }))
  return (i, watch) => {
    net.trainPattern(rows[i])
    return watch ? of(net.outputs[net.outputLayer], y[i]) : 0
  }
}

const notes = {
  W1: 'other maths: squared error through the sigmoid',
  W2: 'other maths: tanh on the output too',
  W3: 'other maths: relu on the outputs, squared error',
}

export const open = async () => {
  const train = start(require('brain.js').NeuralNetwork)
  return {
    name: 'brain.js',
    version: require('brain.js/package.json').version,
    contestants: (workload) => (notes[workload] ? [stepping('trainPattern', notes[workload], train)] : []),
  }
}
