// Creates rows and first parameters for check.js and measure.js, which are the same at every call.
const generator = (seed) => {
  let state = seed
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 0.5) / 4294967296
  }
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()) }
}

const NETS = { W2: [8, 16, 1], W3: [784, 128, 10], W4: [784, 128, 10], W5: [784, 512, 512, 10], D: [6, 32, 1] }
export const sizesOf = (name) => NETS[name] ?? [20, 1]

const firstParameters = (sizes, normal) =>
  Float32Array.from(
    sizes.slice(1).flatMap((to, l) => {
      const from = sizes[l]
      return [...Array.from({ length: from * to }, () => normal() * Math.sqrt(1.5 / from)), ...Array(to).fill(0)]
    }),
  )

export const dataOf = (name, size) => {
  const { uniform, normal } = generator(7)
  if (name === 'S') return sparseData(uniform, normal, size)
  const sizes = sizesOf(name)
  const inputs = sizes[0]
  const x = Float32Array.from({ length: size * inputs }, inputs === 784 ? uniform : normal)
  const y = new Float32Array(size)
  const truth = Float64Array.from({ length: inputs }, normal)
  for (let i = 0; i < size; i++) {
    const row = x.subarray(i * inputs, (i + 1) * inputs)
    const z = row.reduce((sum, each, j) => sum + each * truth[j], 0)
    if (name === 'W1') y[i] = uniform() < 1 / (1 + Math.exp(-z)) ? 1 : 0
    else if (name === 'W2') y[i] = Math.tanh(z / 2) + 0.1 * normal()
    else if (name === 'D') y[i] = 200 + 30 * Math.sin(z) + 5 * normal() + (i % 3000 > 1500 ? 60 : 0)
    else {
      y[i] = Math.floor(uniform() * 10)
      for (let j = 0; j < 40; j++) row[y[i] * 70 + j] += 0.5
    }
    if (name === 'D') for (let j = 0; j < 6; j++) row[j] = row[j] * (j + 1) + 10 * j
  }
  return { name, inputs, size, x, y, ...(name !== 'W1' && { parameters: firstParameters(sizes, normal) }) }
}

const sparseData = (uniform, normal, size) => {
  const indices = new Uint32Array(size * 20)
  const values = Float32Array.from(indices, normal)
  const y = new Float32Array(size)
  for (let i = 0; i < size; i++) {
    const row = new Set()
    // A few features are frequent, and most are rare.
    while (row.size < 20) row.add(Math.floor((1 << 20) * uniform() ** 3))
    indices.set([...row], i * 20)
    y[i] = values[i * 20] > 0 ? 1 : 0
  }
  return { name: 'S', inputs: 20, size, indices, values, y }
}
