// Builds the same models with the framework, which check.js compares with the ceilings from the same first weights.
import { sizesOf } from './data.js'

const built = new URL('../../../dist/operators/index.js', import.meta.url)

const optimizerOf = ({ auto, sgd }, name) =>
  name === 'D' ? auto() : sgd({ learningRate: { W1: 0.05, W2: 0.02 }[name] ?? 0.01 })

const targetOf = ({ category, numeric }, name, sizes) => {
  if (name === 'D') return numeric()
  if (name === 'W2') return numeric({ scale: 'none' })
  return category({ values: Array.from({ length: name === 'W1' ? 2 : sizes[sizes.length - 1] }, (_, i) => `${i}`) })
}

const lossOf = ({ crossEntropy, huber, squared }, name) =>
  name === 'D' ? huber() : name === 'W2' ? squared() : crossEntropy()

/** Returns the model, and a function that learns rows in windows of `window`; undefined before `npm run build`. */
export const frameworkOf = async (name, data, window) => {
  const rxgrad = await import(built).catch(() => undefined)
  if (!rxgrad) return undefined
  const { batch, createModel, dense, encode, forward, fromRows, backward, loss, numeric, update } = rxgrad
  const sizes = sizesOf(name)
  const inputs = sizes[0]
  const hidden = name === 'W2' ? 'tanh' : 'relu'
  const last = sizes.length - 2
  const field = name === 'D' ? numeric() : numeric({ scale: 'none' })
  const model = createModel({
    features: Object.fromEntries(Array.from({ length: inputs }, (_, j) => [`x${j}`, field])),
    target: { y: targetOf(rxgrad, name, sizes) },
    layers: sizes
      .slice(1)
      .map((units, i) =>
        dense(units, i === last ? 'identity' : hidden, name === 'W1' ? undefined : { initial: { kind: 'glorot' } }),
      ),
    loss: lossOf(rxgrad, name),
    optimizer: optimizerOf(rxgrad, name),
  })
  const isClass = !['W2', 'D'].includes(name)
  const rowAt = (i) => {
    const row = { y: isClass ? `${data.y[i]}` : data.y[i] }
    for (let j = 0; j < inputs; j++) row[`x${j}`] = data.x[i * inputs + j]
    return row
  }
  const learn = async (n) => {
    const rows = Array.from({ length: n }, (_, t) => rowAt(t % data.size))
    if (window === 1) for (const row of rows) model.learn(row)
    else
      await new Promise((resolve, reject) =>
        fromRows(rows)
          .pipe(encode(model), batch(window), forward(model), loss(), backward(), update(model))
          .subscribe({ error: reject, complete: resolve }),
      )
  }
  return { model, learn }
}
