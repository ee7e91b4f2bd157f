// Compares every ceiling with the same maths in plain f64, and with the framework: `node test/bench/ceilings/check.js`.
import { dataOf, sizesOf } from './data.js'
import { frameworkOf } from './framework.js'
import { ceilings } from './index.js'
import { logistic, net, relu, softmax, sparse, squared, streaming, tanh } from './references.js'

const nets = {
  W1: { rows: 5000, size: 1999, loss: logistic, rate: 0.05 },
  W2: { rows: 5000, size: 1999, hidden: tanh, loss: squared, rate: 0.02 },
  W3: { rows: 1000, size: 777, hidden: relu, loss: softmax, rate: 0.01 },
  W4: { rows: 1024, size: 640, hidden: relu, loss: softmax, rate: 0.01, batch: 128 },
  W5: { rows: 512, size: 256, hidden: relu, loss: softmax, rate: 0.01, batch: 128 },
}
/**
 * How far f32 may be from f64 after thousands of steps. AdaGrad's first steps are signs of gradients, so D may differ
 * more.
 */
const TOLERANCE = { W1: 1e-5, W2: 2e-5, W3: 1e-5, W4: 1e-5, W5: 1e-5, D: 1e-4, S: 1e-5 }

const greatest = (a, b) => a.reduce((most, each, i) => Math.max(most, Math.abs(each - b[i])), 0)

const expected = (name, data, rows) => {
  const { x, y, size, parameters = new Float32Array(21) } = data
  if (name === 'S') return sparse(data.indices, data.values, y, rows, size)
  if (name === 'D') return streaming(parameters, x, y, rows, size)
  return net({ ...nets[name], sizes: sizesOf(name) }, parameters, x, y, rows, size)
}

let failed = false
const kernels = await ceilings()
for (const [name, kernel] of Object.entries(kernels)) {
  const { rows, size, batch = 1 } = nets[name] ?? { rows: 5000, size: 1999 }
  const data = dataOf(name, size)
  kernel.prepare(data)
  // The calls have several lengths, so that the state between two calls is checked too.
  const part = Math.floor(rows / 3 / batch) * batch
  for (const n of [batch, part, rows - part - batch]) kernel.run(n)
  const reference = expected(name, data, rows)
  const difference = greatest(reference.parameters, kernel.parameters())
  const last = Math.min(rows - part - batch, size)
  const loss = reference.losses.slice(-last).reduce((sum, each) => sum + each, 0) / last
  // A row's prediction is stored at the row's own place, and that of D is in the target's unit.
  const expectedLast = reference.predictions?.at(-1)
  const ratio = expectedLast === undefined ? 1 : kernel.predictions()[(rows - 1) % size] / expectedLast
  const good =
    Math.abs(ratio - 1) < 1e-5 && difference < TOLERANCE[name] && Math.abs(loss - kernel.loss()) < TOLERANCE[name]
  failed ||= !good
  console.log(
    `${good ? 'ok  ' : 'FAIL'} ${name} after ${rows} rows: parameters differ by ${difference.toExponential(1)}`,
  )
  console.log(`     mean loss ${kernel.loss().toFixed(6)}, in f64 ${loss.toFixed(6)}`, reference.firings ?? '')
}

// Each kernel starts from the framework's first weights, and is compared with its weights after the same rows.
for (const name of ['W1', 'W2', 'W3', 'W4', 'D']) {
  const { rows, size, batch = 1 } = nets[name] ?? { rows: 5000, size: 1999 }
  const data = dataOf(name, size)
  const framework = await frameworkOf(name, data, batch)
  if (!framework) {
    console.log('The framework is not compared, because it is not built.')
    break
  }
  const { model, learn } = framework
  const kernel = kernels[name]
  kernel.prepare({ ...data, parameters: Float32Array.from(model.parameters) })
  const first = model.parameters
  await learn(rows)
  kernel.run(rows)
  const difference = greatest(model.parameters, kernel.parameters())
  const moved = greatest(model.parameters, first)
  const good = difference < TOLERANCE[name] && moved > 100 * difference && model.step === rows / batch
  failed ||= !good
  console.log(
    `${good ? 'ok  ' : 'FAIL'} ${name} and the framework after ${rows} rows: ${difference.toExponential(1)} apart`,
  )
}
process.exitCode = failed ? 1 : 0
