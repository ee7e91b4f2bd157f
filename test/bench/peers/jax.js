// jax-js is measured on WebAssembly, by one jitted step of value and gradient.
import { readFileSync } from 'node:fs'
import { stepping } from './watch.js'

// Node 20 has no navigator, which jax-js reads when it is loaded.
globalThis.navigator ??= { hardwareConcurrency: 1, userAgent: 'node' }

const start = async (workload) => {
  const { blockUntilReady, defaultDevice, init, jit, nn, numpy: np, tree, valueAndGrad } = await import('@jax-js/jax')
  await init('wasm')
  defaultDevice('wasm')
  const { layers, inputs, x, y, batch, learningRate, loss, classes } = workload

  const forward = (weights, input) =>
    layers.reduce((h, { activation }, i) => {
      const net = np.matmul(h, weights[i].W).add(weights[i].b)
      return activation === 'relu' ? nn.relu(net) : activation === 'tanh' ? np.tanh(net) : net
    }, input)
  const lossOf = {
    // The loss is −log σ(z) for a 1 and −log σ(−z) for a 0, so the target is +1 or −1.
    logistic: (o, t) => nn.softplus(o.mul(t).neg()).mean(),
    squared: (o, t) => np.square(o.sub(t)).mean().mul(0.5),
    softmax: (o, t) =>
      nn
        .logSoftmax(o, -1)
        .mul(t)
        .sum()
        .mul(-1 / batch),
  }[loss]
  const step = jit((weights, input, target) => {
    const kept = tree.map((weight) => weight.ref, weights)
    const [mean, gradient] = valueAndGrad((own) => lossOf(forward(own, input), target))(weights)
    return [mean, tree.map((weight, g) => weight.sub(g.mul(learningRate)), kept, gradient)]
  })
  const columns = classes ?? 1
  const targets = new Float32Array(y.length * columns)
  y.forEach((t, i) => {
    if (classes) targets[i * columns + t] = 1
    else targets[i] = loss === 'logistic' ? 2 * t - 1 : t
  })
  let weights = layers.map(({ W, b, inputs: from, units }) => ({
    W: np.array(W).reshape([from, units]),
    b: np.array(b),
  }))
  const train = (i, watch) => {
    const input = np.array(x.slice(i * inputs, (i + batch) * inputs)).reshape([batch, inputs])
    const target = np.array(targets.slice(i * columns, (i + batch) * columns)).reshape([batch, columns])
    const [mean, next] = step(weights, input, target)
    weights = next
    if (watch) return mean.js() * batch
    mean.dispose()
    return 0
  }
  // Steps are queued: without this, the clock would stop before they are done.
  return Object.assign(train, { finish: () => blockUntilReady(weights) })
}

const { version } = JSON.parse(
  readFileSync(new URL('../node_modules/@jax-js/jax/package.json', import.meta.url), 'utf8'),
)

export const open = async () => {
  await import('@jax-js/jax')
  const contestant = stepping('jit(valueAndGrad)', 'wasm', start)
  return {
    name: '@jax-js/jax',
    version,
    contestants: (workload) => (workload === 'D' || workload === 'S' ? [] : [contestant]),
  }
}
