import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Activation,
  createModel,
  type Dense,
  dense,
  experts,
  gelu,
  huber,
  type LossFunction,
  leakyRelu,
  numeric,
  silu,
  squared,
} from '../../../src/index.js'
import { runs } from '../../runs.js'

// Whether a last layer can reach its target is computed here from the activation itself, on sums from −60 to 60.

const functions: Readonly<Record<string, (x: number) => number>> = {
  identity: (x) => x,
  relu: (x) => Math.max(x, 0),
  softplus: (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  gelu: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  silu: (x) => x / (1 + Math.exp(-x)),
  leakyRelu: (x) => (x > 0 ? x : 0.01 * x),
}
const given: Readonly<Record<string, Activation>> = { gelu, silu, leakyRelu }
const sums = Array.from({ length: 1201 }, (_, i) => i / 10 - 60)
/** Whether some sum within ±60 gives less than −0.5 and another more than 1.5, as many scaled targets are. */
const reaches = (f: (x: number) => number): boolean => sums.some((x) => f(x) < -0.5) && sums.some((x) => f(x) > 1.5)

const own: LossFunction = {
  kind: 'own',
  task: 'numeric',
  build: ({ ops: { add, neg, softplus, sub, sum }, output, target }) => {
    const r = sub(output, target)
    return sum(add(softplus(add(r, r)), neg(r)))
  },
}
const layersIn = (last: Dense, inExpert: boolean): object =>
  inExpert ? { experts: { net: experts.net([dense(2), last]) } } : { layers: [dense(2), last] }

describe('a last layer that cannot reach a scaled target', () => {
  it('is refused with what to write, and no other last layer is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(functions)),
        fc.constantFrom('exponential', 'standard', 'none'),
        fc.constantFrom(undefined, squared(), huber(), own),
        fc.boolean(),
        (name, scale, loss, inExpert) => {
          const last = dense(1, given[name] ?? (name as Activation))
          const create = () =>
            createModel({
              ...(layersIn(last, inExpert) as { layers: [Dense] }),
              features: { x: numeric() },
              target: { y: numeric({ scale: scale as 'none' }) },
              ...(loss && { loss }),
            })
          if (reaches(functions[name]!) || scale === 'none' || loss === own) expect(create).not.toThrow()
          else
            expect(create).toThrow(
              new RegExp(
                `^createModel: the last layer${inExpert ? " of expert 'net'" : ''} ends in '${name}', which reaches .*, but the target 'y' is scaled .*; end in dense\\(1\\), or`,
              ),
            )
        },
      ),
      { numRuns: runs(150) },
    )
  })

  it('is let alone in the middle, and with a function of its own', () => {
    const [features, target] = [{ x: numeric() }, { y: numeric() }]
    createModel({ features, target, layers: [dense(2, 'relu'), dense(2, 'tanh'), dense(1)] })
    createModel({ features, target, layers: [dense(1, (x, { mul }) => mul(x, 2))] })
  })
})
