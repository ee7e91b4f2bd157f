// convnetjs is measured by its SGD trainer in f64; it gathers a batch sample by sample.
import { createRequire } from 'node:module'
import { logLoss, squared, stepping } from './watch.js'

const require = createRequire(import.meta.url)

const start =
  ({ Net, SGDTrainer, Vol }) =>
  (workload) => {
    const { layers, inputs, x, y, size, batch, learningRate, loss, classes = 2 } = workload
    const hidden = layers.slice(0, -1).map(({ units, activation }) => ({ type: 'fc', num_neurons: units, activation }))
    const head = loss === 'squared' ? { type: 'regression', num_neurons: 1 } : { type: 'softmax', num_classes: classes }
    const net = new Net()
    net.makeLayers([{ type: 'input', out_sx: 1, out_sy: 1, out_depth: inputs }, ...hidden, head])
    const fullyConnected = net.layers.filter(({ layer_type }) => layer_type === 'fc')
    layers.forEach(({ W, units }, i) => {
      fullyConnected[i].filters.forEach(({ w }, k) => {
        for (let j = 0; j < w.length; j++) w[j] = units === 1 && loss === 'logistic' ? 0 : W[j * units + k]
      })
      fullyConnected[i].biases.w.fill(0)
    })
    const trainer = new SGDTrainer(net, {
      method: 'sgd',
      learning_rate: learningRate,
      momentum: 0,
      l2_decay: 0,
      batch_size: batch,
    })
    const rows = Array.from({ length: size }, (_, i) => {
      const row = new Vol(1, 1, inputs, 0)
      for (let j = 0; j < inputs; j++) row.w[j] = x[i * inputs + j]
      return row
    })
    const labels = Array.from(y, (t) => (loss === 'squared' ? [t] : t))
    return (first, watch) => {
      let sum = 0
      for (let i = first; i < first + batch; i++) {
        const { loss: own } = trainer.train(rows[i], labels[i])
        // Its regression reports 2(o − t)², but takes the gradient of ½(o − t)².
        const { w } = net.layers.at(-1).out_act
        if (watch) sum += { logistic: logLoss(w[1], y[i]), squared: squared(w[0], y[i]), softmax: own }[loss]
      }
      return sum
    }
  }

const notes = { W1: 'f64; two outputs and softmax', W2: 'f64', W3: 'f64', W4: 'f64', W5: 'f64' }

export const open = async () => {
  const train = start(require('convnetjs'))
  return {
    name: 'convnetjs',
    version: require('convnetjs/package.json').version,
    contestants: (workload) => (notes[workload] ? [stepping('SGDTrainer', notes[workload], train)] : []),
  }
}
