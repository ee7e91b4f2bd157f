import { sizeOf } from '../../graph/graph.js'
import { exp64, log64, pow64, sigmoid64, softplus64, tanh64 } from '../../program/elementary/index.js'
import type { DualRule, DualRules } from './rule.js'

type Scalars = readonly number[]

/** Makes the rule of an op that acts on each element alone, from its value and tangent by definition. */
const perElement =
  (rule: (x: Scalars, dx: Scalars) => readonly [number, number]): DualRule =>
  (inputs, { shape }) => {
    const n = sizeOf(shape)
    const value = new Float64Array(n)
    const tangent = new Float64Array(n)
    const x = new Array<number>(inputs.length).fill(0)
    const dx = [...x]
    for (let i = 0; i < n; i++) {
      inputs.forEach((input, j) => {
        x[j] = input.value[i]
        dx[j] = input.tangent[i]
      })
      const [y, dy] = rule(x, dx)
      value[i] = y
      tangent[i] = dy
    }
    return { value, tangent }
  }

const unary = (rule: (x: number, dx: number) => readonly [number, number]): DualRule =>
  perElement(([x = 0], [dx = 0]) => rule(x, dx))

const binary = (rule: (a: number, b: number, da: number, db: number) => readonly [number, number]): DualRule =>
  perElement(([a = 0, b = 0], [da = 0, db = 0]) => rule(a, b, da, db))

/** The rules of the ops that act element by element. */
export const elementwiseDuals: DualRules = {
  add: perElement((x, dx) => [x.reduce((a, b) => a + b), dx.reduce((a, b) => a + b)]),
  sub: binary((a, b, da, db) => [a - b, da - db]),
  mul: binary((a, b, da, db) => [a * b, da * b + a * db]),
  div: binary((a, b, da, db) => [a / b, (da - (a / b) * db) / b]),
  max: binary((a, b, da, db) => (a > b ? [a, da] : b > a ? [b, db] : [a, (da + db) / 2])),
  min: binary((a, b, da, db) => (a < b ? [a, da] : b < a ? [b, db] : [a, (da + db) / 2])),
  greater: binary((a, b) => [a > b ? 1 : 0, 0]),
  where: perElement(([c = 0, a = 0, b = 0], [, da = 0, db = 0]) => (c !== 0 ? [a, da] : [b, db])),
  neg: unary((x, dx) => [-x, -dx]),
  exp: unary((x, dx) => [exp64(x), exp64(x) * dx]),
  log: unary((x, dx) => [log64(x), dx / x]),
  sqrt: unary((x, dx) => [Math.sqrt(x), x > 0 ? (0.5 * dx) / Math.sqrt(x) : 0]),
  abs: unary((x, dx) => [Math.abs(x), x > 0 ? dx : x < 0 ? -dx : 0]),
  sigmoid: unary((x, dx) => [sigmoid64(x), sigmoid64(x) * sigmoid64(-x) * dx]),
  // 1 − tanh² = 4 / (eˣ + e⁻ˣ)²
  tanh: unary((x, dx) => [tanh64(x), (4 * dx) / pow64(exp64(x) + exp64(-x), 2)]),
  relu: unary((x, dx) => (x > 0 ? [x, dx] : [0, 0])),
  softplus: unary((x, dx) => [softplus64(x), dx / (1 + exp64(-x))]),
  binaryCrossEntropy: binary((z, t, dz, dt) => [softplus64(z) - z * t, dz / (1 + exp64(-z)) - dz * t - z * dt]),
}
