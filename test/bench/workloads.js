// Creates the workloads with their rows and first weights from a seeded generator, so that all contestants get the
// same numbers.

const SEED = 20261122
export const SPARSE_FEATURES = 2 ** 20
export const SPARSE_ACTIVE = 20

/**
 * `layers` is [inputs, units, …]. `checked` is the number of rows over which the loss is compared with rxgrad's: it is
 * a multiple of the batch, and small where the slowest peer does a hundred rows per second.
 */
const shapes = {
  W1: { title: 'logistic regression, 20 inputs', layers: [20, 1], loss: 'logistic', rate: 0.05, checked: 4096 },
  W2: { title: '8-16-1 tanh', layers: [8, 16, 1], hidden: 'tanh', loss: 'squared', rate: 0.02, checked: 2048 },
  W3: { title: '784-128-10 relu', layers: [784, 128, 10], loss: 'softmax', rate: 0.01, checked: 256, size: 2048 },
  W4: { title: '784-128-10 relu', layers: [784, 128, 10], loss: 'softmax', rate: 0.01, batch: 128, checked: 1024 },
  W5: { title: '784-512-512-10 relu', layers: [784, 512, 512, 10], loss: 'softmax', batch: 128, checked: 512 },
  D: {
    title: "the default: 6-32-1 relu, auto(), numeric()'s scaling",
    layers: [6, 32, 1],
    loss: 'huber',
    checked: 2048,
  },
  S: { title: 'sparse logistic, 20 of 2^20, AdaGrad', loss: 'logistic', sparse: true, rate: 0.1, checked: 2048 },
}
export const workloadNames = Object.keys(shapes)

/** Describes a workload for a table, without creating its rows. */
export const describeWorkload = (name) => {
  const { title, batch = 1, rate = 0.01, checked, loss, sparse = false } = shapes[name]
  return { name, title, batch, learningRate: rate, checked, loss, sparse }
}

/** Creates a generator of uniform and normal numbers from a 32-bit seed, by Mulberry32 and the polar method. */
export const createGenerator = (seed) => {
  let state = seed | 0
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const normal = () => {
    for (;;) {
      const u = 2 * uniform() - 1
      const v = 2 * uniform() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s)
    }
  }
  return { uniform, normal }
}

const filled = (length, next) => {
  const values = new Float32Array(length)
  for (let i = 0; i < length; i++) values[i] = next(i)
  return values
}

/**
 * Returns zeros for a linear model. Other models get normal numbers with He's or Glorot's spread, and with Glorot's in
 * the last layer, so that every layer learns from the first row on.
 */
const firstWeights = ([...sizes], hidden, { normal }) =>
  sizes.slice(1).map((units, i) => {
    const inputs = sizes[i]
    const last = i === sizes.length - 2
    const spread = sizes.length === 2 ? 0 : Math.sqrt(hidden === 'relu' && !last ? 2 / inputs : 2 / (inputs + units))
    const W = filled(inputs * units, () => spread * normal())
    return { inputs, units, activation: last ? 'identity' : hidden, W, b: new Float32Array(units) }
  })

/** Returns the scores of a linear teacher, one for each class; their noise keeps the losses from falling to 0. */
const teach = (x, inputs, outputs, { normal }) => {
  const teacher = filled(inputs * outputs, () => normal() / Math.sqrt(inputs))
  return (i, k) => {
    let score = 0.3 * normal()
    for (let j = 0; j < inputs; j++) score += x[i * inputs + j] * teacher[j * outputs + k]
    return score
  }
}

const dense = (name, { layers: sizes, hidden = 'relu', loss, rate = 0.01, batch = 1, size }) => {
  const generator = createGenerator(SEED + name.charCodeAt(1))
  const [inputs] = sizes
  const outputs = sizes.at(-1)
  const wide = inputs > 100
  const rows = size ?? (wide ? 2048 : 4096)
  // Wide rows are pixels around 0; each column of the default workload has its own mean and spread.
  const own = (j) => (name === 'D' ? 10 ** (j - 2) : 1)
  const x = filled(rows * inputs, (i) => {
    const j = i % inputs
    return wide ? generator.uniform() - 0.5 : own(j) * (generator.normal() + (name === 'D' ? j : 0))
  })
  const score = teach(name === 'D' ? x.map((value, i) => value / own(i % inputs)) : x, inputs, outputs, generator)
  const target = {
    logistic: (i) => (score(i, 0) > 0 ? 1 : 0),
    squared: (i) => Math.tanh(score(i, 0)) + 0.5 * Math.sin(x[i * inputs]),
    huber: (i) => 100 + 50 * Math.tanh(score(i, 0)),
    softmax: (i) => {
      let best = 0
      let highest = -Infinity
      for (let k = 0; k < outputs; k++) {
        const value = score(i, k)
        if (value > highest) [best, highest] = [k, value]
      }
      return best
    },
  }[loss]
  const classes = loss === 'softmax' ? { classes: outputs } : {}
  const y = filled(rows, target)
  return {
    inputs,
    ...classes,
    batch,
    learningRate: rate,
    loss,
    size: rows,
    x,
    y,
    layers: firstWeights(sizes, hidden, generator),
  }
}

/** Creates rows of twenty indices. Low ones are frequent, as common words are; every value is 1. */
const sparse = ({ rate }) => {
  const generator = createGenerator(SEED)
  const size = 4096
  const weight = (index) => createGenerator(index).normal()
  const indices = new Uint32Array(size * SPARSE_ACTIVE)
  const y = new Float32Array(size)
  for (let i = 0; i < size; i++) {
    const own = new Set()
    while (own.size < SPARSE_ACTIVE) own.add(Math.floor(SPARSE_FEATURES * generator.uniform() ** 12))
    indices.set(
      [...own].sort((a, b) => a - b),
      i * SPARSE_ACTIVE,
    )
    y[i] = [...own].reduce((sum, index) => sum + weight(index), 0) > 0 ? 1 : 0
  }
  const x = new Float32Array(size * SPARSE_ACTIVE).fill(1)
  const shape = { inputs: SPARSE_FEATURES, active: SPARSE_ACTIVE, batch: 1, learningRate: rate, loss: 'logistic' }
  return { ...shape, size, indices, x, y }
}

/** Creates a workload with its rows: x is row-major (if sparse, the values at `indices`); y has numbers or classes. */
export const createWorkload = (name) => ({
  ...describeWorkload(name),
  ...(shapes[name].sparse ? sparse(shapes[name]) : dense(name, shapes[name])),
})
