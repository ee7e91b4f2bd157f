// The ceilings are the fastest one-purpose WASM kernels for the workloads of the benchmark, behind one interface.
import { compile, instantiate } from './compile.js'
import { workloads } from './workloads.js'

const first = (place) => (Array.isArray(place) ? place[0] : place)

/** Writes parameters from the framework's order to the kernel's own order; readParameters does the reverse. */
const writeParameters = (kernel, parts, parameters) => {
  let at = 0
  for (const [name, bytes, places] of parts) {
    const part = kernel.f32(name, bytes / 4).fill(0)
    for (const place of places) {
      for (const each of [place].flat()) part[each] = parameters?.[at] ?? 0
      at++
    }
  }
}
const readParameters = (kernel, parts) =>
  Float32Array.from(
    parts.flatMap(([name, bytes, places]) => {
      const part = kernel.f32(name, bytes / 4)
      return places.map((place) => part[first(place)])
    }),
  )

const sizesOf = ({ inputs, stride = inputs, classes = 1, raw, sparse, parts, state }, size) => ({
  ...Object.fromEntries(parts),
  ...state,
  ...(sparse ? { indices: size * 80, values: size * 80 } : { x: raw ? size * 64 : size * stride * 4 }),
  ...(raw ? {} : { y: size * 4 + 16 }),
  // Ten classes take the room of twelve.
  predictions: size * (raw ? 8 : classes > 1 ? 48 : 4),
  losses: size * 4 + 16,
})

const writeData = (kernel, workload, { x, y, size, indices, values }) => {
  const { inputs, stride = inputs, classes, raw, sparse } = workload
  if (sparse) {
    kernel.u32('indices', size * 20).set(indices)
    kernel.f32('values', size * 20).set(values)
  } else if (raw) {
    const rows = kernel.f64('x', size * 8)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < inputs; j++) rows[8 * i + j] = x[i * inputs + j]
      rows[8 * i + inputs] = y[i]
    }
  } else {
    const rows = kernel.f32('x', size * stride)
    for (let i = 0; i < size; i++) rows.set(x.subarray(i * inputs, (i + 1) * inputs), i * stride)
  }
  if (!raw) kernel[classes ? 'u32' : 'f32']('y', size).set(y)
}

const ceiling = (name, module) => {
  const workload = workloads[name]
  const { parts, state, inputs, batch = 1, classes = 1, raw, sparse } = workload
  const data = sparse ? ['indices', 'values', 'y'] : raw ? ['x'] : ['x', 'y']
  const argumentNames = [...parts.map(([part]) => part), ...Object.keys(state), ...data, 'predictions', 'losses']
  let kernel
  let size = 0
  let at = 0
  let lastRun = [0, 0]
  return {
    /** Copies the rows and the first parameters, which are 0 if none are given, into a memory of its own. */
    prepare(given) {
      if (given.inputs !== undefined && given.inputs !== inputs)
        throw new RangeError(`${name}: there are ${given.inputs} inputs; expected ${inputs}.`)
      if (given.size % batch !== 0)
        throw new RangeError(`${name}: there are ${given.size} rows; expected a multiple of ${batch}.`)
      size = given.size
      at = 0
      kernel = instantiate(module, sizesOf(workload, size))
      writeParameters(kernel, parts, given.parameters)
      writeData(kernel, workload, given)
    },
    /** Learns n rows from where the last run stopped; the first row follows the last one. */
    run(n) {
      if (n % batch !== 0) throw new RangeError(`${name}: n is ${n} rows; expected a multiple of ${batch}.`)
      kernel.exports.run(...argumentNames.map((each) => kernel.places[each]), size, at, n)
      lastRun = [at, n]
      at = (at + n) % size
    },
    /** Returns the mean loss of the last run, over at most its last `size` rows. */
    loss() {
      const [from, n] = lastRun
      const losses = kernel.f32('losses', size)
      let total = 0
      const rows = Math.min(n, size)
      for (let i = 0; i < rows; i++) total += losses[(from + n - 1 - i) % size]
      return total / rows
    },
    parameters: () => readParameters(kernel, parts),
    /** Returns the last prediction of every row; the probabilities of a row's classes take twelve places. */
    predictions: () =>
      raw ? kernel.f64('predictions', size).slice() : kernel.f32('predictions', size * (classes > 1 ? 12 : 1)).slice(),
    losses: () => kernel.f32('losses', size).slice(),
  }
}

export const ceilings = async (names = Object.keys(workloads)) => {
  const modules = await Promise.all(names.map((name) => compile(name.toLowerCase())))
  return Object.fromEntries(names.map((name, i) => [name, ceiling(name, modules[i])]))
}
