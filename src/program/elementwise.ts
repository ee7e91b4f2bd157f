import type { Arithmetic } from './arithmetic.js'
import type { Kernel, Kernels } from './kernel.js'

/** Each element alone. A store into the arena rounds, so an op of one operation needs no rounding of its own. */
export const elementwiseKernels = ({
  shift,
  round,
  exp,
  log,
  log1p,
  sigmoid,
  tanh,
  softplus,
  pow,
}: Arithmetic): Kernels => {
  const unary =
    (f: (x: number) => number): Kernel =>
    (v, _, out, a, _b, _c, n) => {
      const [o, x] = [out >> shift, a >> shift]
      for (let i = 0; i < n; i++) v[o + i] = f(v[x + i]!)
    }
  const binary =
    (f: (x: number, y: number) => number): Kernel =>
    (v, _, out, a, b, _c, n) => {
      const [o, x, y] = [out >> shift, a >> shift, b >> shift]
      for (let i = 0; i < n; i++) v[o + i] = f(v[x + i]!, v[y + i]!)
    }

  return {
    neg: unary((x) => -x),
    exp: unary(exp),
    log: unary(log),
    sqrt: unary(Math.sqrt),
    abs: unary(Math.abs),
    sigmoid: unary(sigmoid),
    tanh: unary(tanh),
    relu: unary((x) => (x > 0 ? x : 0)),
    softplus: unary(softplus),
    copy: unary((x) => x),
    add: binary((x, y) => x + y),
    sub: binary((x, y) => x - y),
    mul: binary((x, y) => x * y),
    div: binary((x, y) => x / y),
    max: binary((x, y) => (y > x ? y : x)),
    min: binary((x, y) => (y < x ? y : x)),
    greater: binary((x, y) => (x > y ? 1 : 0)),
    pow: binary(pow),
    binaryCrossEntropy: binary((z, t) => round(round((z > 0 ? z : 0) - round(z * t)) + log1p(exp(-Math.abs(z))))),
    where: (v, _, out, a, b, c, n) => {
      const [o, condition, x, y] = [out >> shift, a >> shift, b >> shift, c >> shift]
      for (let i = 0; i < n; i++) v[o + i] = v[condition + i] !== 0 ? v[x + i]! : v[y + i]!
    },
  }
}
