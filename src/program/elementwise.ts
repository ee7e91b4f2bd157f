import type { Arithmetic } from './arithmetic.js'
import type { Kernel, Kernels } from './kernel.js'

/**
 * Operations on each element alone. A store into the arena rounds, so an op of one operation needs no rounding of its
 * own.
 */
export const elementwiseKernels = (arithmetic: Arithmetic): Kernels => {
  const { shift, round, exp, log, log1p, sigmoid, tanh, softplus } = arithmetic
  const each =
    (f: (x: number) => number): Kernel =>
    (v, _, out, a, _b, _c, n) => {
      const y = out >> shift
      const x = a >> shift
      for (let i = 0; i < n; i++) v[y + i] = f(v[x + i])
    }
  return {
    ...arithmeticKernels(arithmetic),
    neg: each((x) => -x),
    exp: each(exp),
    log: each(log),
    abs: each(Math.abs),
    sigmoid: each(sigmoid),
    tanh: each(tanh),
    softplus: each(softplus),
    // NaN passes through both of these and through relu, because an invalid number must reach the guard.
    max: pairwise(shift, Math.max),
    min: pairwise(shift, Math.min),
    binaryCrossEntropy: pairwise(shift, (z, t) =>
      round(round((z > 0 ? z : 0) - round(z * t)) + log1p(exp(-Math.abs(z)))),
    ),
    where: (v, _, out, a, b, c, n) => {
      const y = out >> shift
      const condition = a >> shift
      const yes = b >> shift
      const no = c >> shift
      for (let i = 0; i < n; i++) v[y + i] = v[condition + i] !== 0 ? v[yes + i] : v[no + i]
    },
  }
}

/** Runs an op on two elements at a time. */
export const pairwise =
  (shift: number, f: (x: number, y: number) => number): Kernel =>
  (v, _, out, a, b, _c, n) => {
    const z = out >> shift
    const x = a >> shift
    const y = b >> shift
    for (let i = 0; i < n; i++) v[z + i] = f(v[x + i], v[y + i])
  }

/**
 * The most frequent ops of a step. Each has a loop of its own, since a call for every element would cost more than the
 * op.
 */
const arithmeticKernels = ({ shift }: Arithmetic): Kernels => ({
  copy: (v, _, out, a, _b, _c, n) => {
    const y = out >> shift
    const x = a >> shift
    for (let i = 0; i < n; i++) v[y + i] = v[x + i]!
  },
  sqrt: (v, _, out, a, _b, _c, n) => {
    const y = out >> shift
    const x = a >> shift
    for (let i = 0; i < n; i++) v[y + i] = Math.sqrt(v[x + i])
  },
  relu: (v, _, out, a, _b, _c, n) => {
    const y = out >> shift
    const x = a >> shift
    for (let i = 0; i < n; i++) v[y + i] = Math.max(v[x + i], 0)
  },
  add: (v, _, out, a, b, _c, n) => {
    const z = out >> shift
    const x = a >> shift
    const y = b >> shift
    for (let i = 0; i < n; i++) v[z + i] = v[x + i] + v[y + i]
  },
  sub: (v, _, out, a, b, _c, n) => {
    const z = out >> shift
    const x = a >> shift
    const y = b >> shift
    for (let i = 0; i < n; i++) v[z + i] = v[x + i] - v[y + i]
  },
  mul: (v, _, out, a, b, _c, n) => {
    const z = out >> shift
    const x = a >> shift
    const y = b >> shift
    for (let i = 0; i < n; i++) v[z + i] = v[x + i] * v[y + i]
  },
  div: (v, _, out, a, b, _c, n) => {
    const z = out >> shift
    const x = a >> shift
    const y = b >> shift
    for (let i = 0; i < n; i++) v[z + i] = v[x + i] / v[y + i]
  },
  greater: (v, _, out, a, b, _c, n) => {
    const z = out >> shift
    const x = a >> shift
    const y = b >> shift
    for (let i = 0; i < n; i++) v[z + i] = v[x + i] > v[y + i] ? 1 : 0
  },
})
