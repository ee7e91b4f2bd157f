// synaptic generates its own code. Its output error is t − o, so a logistic output makes a true logistic regression.
import { createRequire } from 'node:module'
import { logLoss, plainRows, squared, stepping } from './watch.js'

const require = createRequire(import.meta.url)

const start =
  ({ Network, Layer, Neuron }) =>
  (workload) => {
    const { layers, y, learningRate, loss } = workload
    const { inputs, outputs } = plainRows(workload)
    const squash = { tanh: Neuron.squash.TANH, identity: Neuron.squash.IDENTITY }
    const own = [workload.inputs, ...layers.map(({ units }) => units)].map((size) => new Layer(size))
    layers.forEach(({ activation, W, units }, i) => {
      const last = i === layers.length - 1
      const layer = own[i + 1]
      own[i].project(layer)
      layer.set({ squash: last && loss === 'logistic' ? Neuron.squash.LOGISTIC : squash[activation] })
      layer.list.forEach((neuron, k) => {
        // layer.set treats a bias of 0 as if none were given.
        neuron.bias = 0
        Object.values(neuron.connections.inputs).forEach((connection, j) => {
          connection.weight = W[j * units + k]
        })
      })
    })
    const net = new Network({ input: own[0], hidden: own.slice(1, -1), output: own.at(-1) })
    const of = loss === 'logistic' ? logLoss : squared
    return (i, watch) => {
      const [o] = net.activate(inputs[i])
      net.propagate(learningRate, outputs[i])
      return watch ? of(o, y[i]) : 0
    }
  }

const notes = { W1: 'f64', W2: 'f64; errors pass the output weights after their update' }

export const open = async () => {
  const train = start(require('synaptic'))
  return {
    name: 'synaptic',
    version: require('synaptic/package.json').version,
    // W3 is left out: it runs at about 20 rows per second, because its function is too long for the compiler.
    contestants: (workload) => (notes[workload] ? [stepping('activate + propagate', notes[workload], train)] : []),
  }
}
