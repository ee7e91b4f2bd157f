// TensorFlow.js is measured with its JavaScript and its WebAssembly backend: by optimizer.minimize, and for W1 also
// with the gradient written by hand.
import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import { stepping } from './watch.js'

const require = createRequire(import.meta.url)

const load = async (tf, backend) => {
  if (backend === 'wasm') {
    const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm')
    setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  }
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} does not start`)
  await tf.ready()
}

const minimize = (tf, backend) => async (workload) => {
  await load(tf, backend)
  const { layers, inputs, x, y, batch, learningRate, loss, classes } = workload
  const weights = layers.map(({ W, b, inputs: from, units }) => [
    tf.variable(tf.tensor2d(W, [from, units])),
    tf.variable(tf.tensor1d(b)),
  ])
  const optimizer = tf.train.sgd(learningRate)
  const lossOf = {
    logistic: (o, t) => tf.losses.sigmoidCrossEntropy(t, o),
    squared: (o, t) => tf.mean(tf.square(tf.sub(o, t))).mul(0.5),
    softmax: (o, t) => tf.losses.softmaxCrossEntropy(tf.oneHot(t, classes), o),
  }[loss]
  const labels = loss === 'softmax' ? Int32Array.from(y) : y
  const forward = (input) =>
    layers.reduce((h, { activation }, i) => {
      const net = h.matMul(weights[i][0]).add(weights[i][1])
      return activation === 'identity' ? net : net[activation]()
    }, input)
  return (i, watch) =>
    tf.tidy(() => {
      const input = tf.tensor2d(x.subarray(i * inputs, (i + batch) * inputs), [batch, inputs])
      const own = labels.subarray(i, i + batch)
      const target = loss === 'softmax' ? tf.tensor1d(own, 'int32') : tf.tensor2d(own, [batch, 1])
      const mean = optimizer.minimize(() => lossOf(forward(input), target), watch)
      return watch ? mean.dataSync()[0] * batch : 0
    })
}

const byHand =
  (tf, backend) =>
  async ({ inputs, x, y, learningRate }) => {
    await load(tf, backend)
    const W = tf.variable(tf.zeros([inputs, 1]))
    const b = tf.variable(tf.zeros([1, 1]))
    return (i, watch) =>
      tf.tidy(() => {
        const input = tf.tensor2d(x.subarray(i * inputs, (i + 1) * inputs), [1, inputs])
        const p = input.matMul(W).add(b).sigmoid()
        const delta = p.sub(y[i]).mul(learningRate)
        W.assign(W.sub(input.transpose().mul(delta)))
        b.assign(b.sub(delta))
        return watch ? -Math.log(Math.abs(1 - y[i] - p.dataSync()[0])) : 0
      })
  }

export const open = async () => {
  const tf = require('@tensorflow/tfjs')
  return {
    name: '@tensorflow/tfjs',
    version: require('@tensorflow/tfjs/package.json').version,
    contestants(workload) {
      if (workload === 'D' || workload === 'S') return []
      return ['cpu', 'wasm'].flatMap((backend) => [
        stepping(`${backend}, minimize`, 'one thread', minimize(tf, backend)),
        ...(workload === 'W1' ? [stepping(`${backend}, by hand`, 'gradient written out', byHand(tf, backend))] : []),
      ])
    },
  }
}
