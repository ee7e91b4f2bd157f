// These are the same computations as those of the ceilings in plain JavaScript and f64, for check.js.

/** Trains a net of sizes [in, …, out] by plain gradient descent in windows of `batch` rows; parameters by layer. */
export const net = ({ sizes, hidden, loss, rate, batch = 1 }, parameters, x, y, rows, size) => {
  const theta = Float64Array.from(parameters)
  const inputs = sizes[0]
  const losses = []
  for (let start = 0; start < rows; start += batch) {
    const gradient = new Float64Array(theta.length)
    for (let s = start; s < start + batch; s++) {
      const i = s % size
      losses.push(backward(theta, gradient, sizes, hidden, loss, x.subarray(i * inputs, (i + 1) * inputs), y[i]))
    }
    for (let i = 0; i < theta.length; i++) theta[i] -= (rate / batch) * gradient[i]
  }
  return { parameters: theta, losses }
}

const backward = (theta, gradient, sizes, hidden, loss, x, y) => {
  const layers = [x]
  let at = 0
  for (let l = 1; l < sizes.length; l++) {
    const [from, to] = [sizes[l - 1], sizes[l]]
    const out = theta.slice(at + from * to, at + from * to + to)
    for (let i = 0; i < from; i++) for (let j = 0; j < to; j++) out[j] += layers[l - 1][i] * theta[at + i * to + j]
    if (l < sizes.length - 1) for (let j = 0; j < to; j++) out[j] = hidden.f(out[j])
    layers.push(out)
    at += from * to + to
  }
  let { value, delta } = loss(layers[sizes.length - 1], y)
  for (let l = sizes.length - 1; l > 0; l--) {
    const [from, to] = [sizes[l - 1], sizes[l]]
    at -= from * to + to
    const back = new Float64Array(from)
    for (let i = 0; i < from; i++)
      for (let j = 0; j < to; j++) {
        gradient[at + i * to + j] += layers[l - 1][i] * delta[j]
        back[i] += theta[at + i * to + j] * delta[j]
      }
    for (let j = 0; j < to; j++) gradient[at + from * to + j] += delta[j]
    if (l > 1) delta = back.map((b, i) => b * hidden.slope(layers[l - 1][i]))
  }
  return value
}

export const relu = { f: (z) => Math.max(0, z), slope: (h) => (h > 0 ? 1 : 0) }
export const tanh = { f: Math.tanh, slope: (h) => 1 - h * h }

export const squared = ([o], y) => ({ value: (o - y) ** 2 / 2, delta: [o - y] })
export const logistic = ([z], y) => ({
  value: Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z))),
  delta: [1 / (1 + Math.exp(-z)) - y],
})
export const softmax = (z, y) => {
  const top = Math.max(...z)
  const powers = z.map((each) => Math.exp(each - top))
  const total = powers.reduce((sum, each) => sum + each, 0)
  return { value: Math.log(total) + top - z[y], delta: powers.map((each, k) => each / total - (k === y ? 1 : 0)) }
}

/** Scales a number by the framework's exponential statistics, after advancing them. */
const advance = (s, x) => {
  s.n++
  const a = Math.max(1 / s.n, 0.001)
  const delta = x - s.mean
  s.mean += a * delta
  s.variance = (1 - a) * (s.variance + a * delta * delta)
  return s.variance > 1e-20 * s.mean * s.mean ? (x - s.mean) / Math.sqrt(s.variance) : 0
}

/** Trains workload D: 6-32-1, Huber, auto(). */
export const streaming = (parameters, x, y, rows, size) => {
  const sizes = [6, 32, 1]
  const theta = Float64Array.from(parameters)
  const squares = new Float64Array(theta.length)
  const statistics = Array.from({ length: 7 }, () => ({ n: 0, mean: 0, variance: 0 }))
  const drift = { fast: 0, slow: 0, variance: 0, t: 0, last: 0, keep: 1 }
  const losses = []
  const predictions = []
  for (let t = 0; t < rows; t++) {
    const i = t % size
    const { mean, variance } = statistics[6]
    const row = Float64Array.from({ length: 6 }, (_, j) =>
      Math.max(-5, Math.min(5, advance(statistics[j], x[i * 6 + j]))),
    )
    const target = advance(statistics[6], y[i])
    const gradient = new Float64Array(theta.length)
    let r = 0
    const huber = ([o]) => {
      predictions.push(mean + Math.sqrt(variance) * o)
      r = Math.max(-1, Math.min(1, o - target))
      return { value: Math.abs(r) * (Math.abs(o - target) - Math.abs(r) / 2), delta: [r] }
    }
    const loss = backward(theta, gradient, sizes, relu, huber, row, target)
    losses.push(loss)
    let product = 0
    const u = gradient.map((g, k) => {
      squares[k] = squares[k] * drift.keep + g * g
      const step = g / (Math.sqrt(k < 224 ? 7 : 33) * (Math.sqrt(squares[k]) + 1e-8))
      product += g * step
      return step
    })
    const c = product / (r * r)
    const share = c > 0 ? (c < 1e-8 ? 1 - c / 2 : -Math.expm1(-c) / c) : 1
    for (let k = 0; k < theta.length; k++) theta[k] -= share * u[k]
    watch(drift, Math.min(loss, 8))
  }
  return { parameters: theta, losses, predictions, firings: drift.firings ?? 0 }
}
const watch = (d, l) => {
  d.t++
  d.keep = 1
  d.fast += 0.02 * (l - d.fast)
  const share = Math.max(1 / d.t, 0.001)
  const delta = l - d.slow
  d.slow += share * delta
  d.variance += share * (delta * delta - d.variance)
  if (d.t < 50) d.fast = d.slow
  if (d.t > 200 && d.fast - d.slow > 4 * Math.sqrt(0.01 * d.variance) && d.t - d.last >= 200) {
    Object.assign(d, { fast: d.slow, last: d.t, keep: 0.1, firings: (d.firings ?? 0) + 1 })
  }
}

/** Trains workload S: AdaGrad on the active features of each row. */
export const sparse = (indices, values, y, rows, size) => {
  const w = new Float64Array(1 << 20)
  const squares = new Float64Array(1 << 20)
  const losses = []
  for (let t = 0; t < rows; t++) {
    const i = t % size
    let z = 0
    for (let k = 20 * i; k < 20 * i + 20; k++) z += w[indices[k]] * values[k]
    const { value, delta } = logistic([z], y[i])
    losses.push(value)
    for (let k = 20 * i; k < 20 * i + 20; k++) {
      const g = delta[0] * values[k]
      squares[indices[k]] += g * g
      w[indices[k]] -= (0.1 * g) / (Math.sqrt(squares[indices[k]]) + 1e-8)
    }
  }
  return { parameters: w, losses }
}
