import { describe, expect, it } from 'vitest'
import { evaluateDual } from '../../../src/autodiff/duals/dual.js'
import { dualRules } from '../../../src/autodiff/duals/rules.js'
import { elementwiseOps } from '../../../src/autodiff/elementwise.js'
import type { Op } from '../../../src/autodiff/op.js'
import { ops as table } from '../../../src/autodiff/ops.js'
import { reverse } from '../../../src/autodiff/reverse.js'
import { bringSparse } from '../../../src/autodiff/sparse.js'
import { createBuilder } from '../../../src/circuit/build.js'
import { createForwardPass } from '../../../src/compile/forwardPass.js'
import { type Circuit, type Shape, sizeOf } from '../../../src/graph/graph.js'
import { createRandom } from '../../../src/random.js'
import { checkGradient, compareGradients, GradientError } from '../../../src/testing/index.js'
import { weighted } from '../../../src/testing/weighted.js'
import type { Precision } from '../../../src/values.js'
import { type Built, built, type Case, cases, FORMS, type Form, SIZES } from './cases.js'

bringSparse()

const OPS = Object.keys(table)
const forms = Object.keys(FORMS) as Form[]
const casesOf = (op: string, sizes: readonly number[] = SIZES): readonly Case[] => sizes.flatMap((n) => cases[op]!(n))

/** Returns the numbers of the output, computed by the interpreter. */
const outputs = ({ circuit, values }: Built, precision: Precision = 'f64'): readonly number[] => {
  const target = circuit.outputs.y as number
  const pass = createForwardPass(circuit, [target], precision)
  circuit.nodes.forEach(({ name }, id) => {
    const given = values[name ?? '']
    if (given) pass.numbers(id).set(given)
  })
  pass.run()
  return [...pass.numbers(target)]
}
const dualOutputs = ({ circuit, values }: Built): readonly number[] => {
  const duals = evaluateDual(circuit.nodes, ({ name = '', shape }) => ({
    value: Float64Array.from(values[name]!),
    tangent: new Float64Array(sizeOf(shape)),
  }))
  return [...duals[circuit.outputs.y as number]!.value]
}
const largest = (numbers: readonly number[]): number => numbers.reduce((m, x) => Math.max(m, Math.abs(x)), 0)

it('there are a case and dual numbers for every row of the table, and for nothing else', () => {
  expect(Object.keys(cases).sort()).toEqual([...OPS].sort())
  expect(Object.keys(dualRules).sort()).toEqual([...OPS].sort())
  for (const op of OPS)
    for (const given of casesOf(op))
      expect(
        built(op, given).circuit.nodes.map((node) => node.op),
        given.label,
      ).toContain(op)
})

describe.each(OPS)('%s', (op) => {
  it.each(forms)('%s: reverse mode, dual numbers and central differences agree at every size', (form) => {
    for (const given of casesOf(op)) {
      const { circuit, values } = built(op, given, form)
      expect(() => checkGradient(circuit, values), given.label).not.toThrow()
    }
  })
  it('the interpreter and the dual numbers give the same value', () => {
    for (const given of casesOf(op)) {
      const y = outputs(built(op, given))
      const dual = dualOutputs(built(op, given))
      y.forEach((x, i) => {
        expect(Math.abs(x - dual[i]!), `${given.label} ${i}`).toBeLessThanOrEqual(1e-14 * Math.max(1, largest(y)))
      })
    }
  })
  it('the gradient of the gradient agrees with dual numbers and central differences', () => {
    for (const given of casesOf(op, [1, 3, 5])) {
      const { circuit, values } = built(op, given, 'shared')
      expect(() => checkGradient(gradientOf(circuit), values), given.label).not.toThrow()
    }
  })
})

/** Returns shapes that are nearly the given one: an axis more or less in front or behind, or an axis of another length. */
const near = (shape: Shape): readonly Shape[] => [
  [...shape, 1],
  [1, ...shape],
  [...shape, 2],
  ...(shape.length > 0 ? [shape.slice(1), shape.slice(0, -1)] : []),
  ...shape.flatMap((n, axis) => [n + 1, n + 3, ...(n > 1 ? [n - 1] : [])].map((m) => shape.with(axis, m))),
]

it.each(OPS)('%s: leaves of other shapes are refused when the circuit is built, or it has exact gradients', (op) => {
  let refused = 0
  let accepted = 0
  for (const given of casesOf(op, [1, 2, 5]))
    for (const [name, shape] of Object.entries(given.leaves))
      for (const other of near(shape)) {
        // The rows that a sparse row names must exist, which is a matter of its numbers and not of shapes.
        if (op === 'sparseDense' && name === 'W' && (other[0] ?? 0) < (shape[0] ?? 0)) continue
        const label = `${given.label} with ${name} [${other}]`
        let made: Built
        try {
          made = built(op, { ...given, leaves: { ...given.leaves, [name]: other } })
        } catch (error) {
          expect(error, label).toBeInstanceOf(RangeError)
          expect((error as Error).message, label).toMatch(/\S: .*expected \S.+\.$/s)
          refused++
          continue
        }
        expect(() => checkGradient(made.circuit, made.values), label).not.toThrow()
        accepted++
      }
  expect(refused + accepted).toBeGreaterThan(0)
})

it.each(Object.keys(elementwiseOps))('%s: without inputs, or with more than it has, it is refused', (op) => {
  const { shape } = table[op] as Op
  const isOfMany = ['add', 'mul', 'max', 'min'].includes(op)
  for (const inputs of isOfMany ? [[]] : [[], [[2], [2], [2], [2], [2]]])
    expect(() => shape(inputs, {}), `${inputs.length} inputs`).toThrow(RangeError)
})

/** Builds the circuit with the output Σ r·∂(Σ u·y)/∂leaf over all leaves, for random r and u: a gradient as a graph. */
const gradientOf = (circuit: Circuit): Circuit => {
  const scalar = weighted(circuit, Object.keys(circuit.outputs), 1)
  const builder = createBuilder(scalar.nodes)
  const { ops } = builder
  const leaves = scalar.nodes.flatMap(({ op }, id) => (op === 'input' || op === 'weight' ? [id] : []))
  const { adjoint } = reverse(builder, new Map([[scalar.outputs.checked!, ops.constant(1)]]), leaves)
  const terms = leaves.flatMap((leaf) => {
    const g = adjoint.get(leaf)
    if (!g) return []
    const random = createRandom(leaf, 'second order')
    const r = Array.from({ length: sizeOf(g.shape) }, (_, i) => 0.5 + random.uniform(i))
    return [ops.sum(ops.mul(g, ops.constant(r, g.shape)))]
  })
  return builder.finish({ g: terms.length > 0 ? ops.add(...terms) : ops.constant(0) })
}

/**
 * The largest distance of an op's f32 result from its f64 result on the same f32 numbers, in ulps of f32: ½ where one
 * operation is rounded, 0 where none is. They are ulps of the result; for an op that adds, of the sum of its terms'
 * magnitudes; for logSoftmax, of the largest result.
 */
const ULPS: Readonly<Record<string, number>> = {
  add: 1,
  sub: 0.5,
  mul: 0.5,
  div: 0.5,
  max: 0,
  min: 0,
  greater: 0,
  where: 0,
  neg: 0,
  exp: 1,
  log: 1,
  sqrt: 0.5,
  abs: 0,
  sigmoid: 3,
  tanh: 4,
  relu: 0,
  softplus: 3,
  binaryCrossEntropy: 3,
  net: 1,
  dense: 2,
  denseInput: 1,
  outer: 0.5,
  sparseDense: 2,
  sparseOuter: 0.5,
  matmul: 2,
  sum: 1,
  expand: 0,
  reshape: 0,
  concat: 0,
  slice: 0,
  pad: 0,
  logSoftmax: 2,
}
/** Ops that add, so that a result may be small where its terms are not. */
const ADDS = new Set(['add', 'sub', 'net', 'dense', 'denseInput', 'sparseDense', 'matmul', 'sum'])

describe('f32 against f64', () => {
  it('states the ulps of every op', () => {
    expect(Object.keys(ULPS).sort()).toEqual([...OPS].sort())
  })
  it.each(OPS)('%s lies within its ulps', (op) => {
    for (const given of casesOf(op)) {
      const { circuit, values } = built(op, given)
      const on = (f: (x: number) => number): Built => ({
        circuit,
        values: Object.fromEntries(Object.entries(values).map(([name, x]) => [name, x.map(f)])),
      })
      const double = outputs(on(Math.fround))
      const single = outputs(on(Math.fround), 'f32')
      const terms = ADDS.has(op) ? outputs(on((x) => Math.abs(Math.fround(x)))) : []
      const least = op === 'logSoftmax' ? largest(double) : 0
      double.forEach((y, i) => {
        const size = Math.max(Math.abs(y), terms[i] ?? 0, least)
        const off = Math.abs(single[i]! - y)
        const ulp = 2 ** (Math.floor(Math.log2(size)) - 23)
        expect(off === 0 ? 0 : off / ulp, `${given.label} ${i}`).toBeLessThanOrEqual(ULPS[op]!)
      })
    }
  })
})

describe('a planted bug', () => {
  const mutants: Readonly<Record<string, (row: Op) => Op['reverse']>> = {
    'a wrong sign': (row) => (site) => row.reverse(site).map((share) => share && site.ops.neg(share)),
    'a factor 1 + 1e-9': (row) => (site) => row.reverse(site).map((share) => share && site.ops.mul(share, 1 + 1e-9)),
    'the last term left out': (row) => (site) => row.reverse(site).slice(0, -1),
  }
  const rows = table as Record<string, Op>
  const planted = <T>(op: string, wrong: (row: Op) => Op['reverse'], body: () => T): T => {
    const right = rows[op] as Op
    rows[op] = { ...right, reverse: wrong(right) }
    try {
      return body()
    } finally {
      rows[op] = right
    }
  }
  describe.each(OPS.filter((op) => op !== 'greater'))('in %s', (op) => {
    it.each(Object.keys(mutants))('%s is found', (mutant) => {
      // Not every case finds it: sum and mul follow the op, and two wrong signs cancel out.
      const failures = casesOf(op, [1, 3]).flatMap((given) => {
        const { circuit, values } = built(op, given)
        return planted(op, mutants[mutant]!, () => compareGradients(circuit, values)).failures
      })
      expect(failures.length).toBeGreaterThan(0)
    })
  })
  it('is reported with its node, element and both numbers', () => {
    const { circuit, values } = built('tanh', cases.tanh!(2)[0]!)
    const check = () => planted('tanh', mutants['a wrong sign']!, () => checkGradient(circuit, values))
    expect(check).toThrow(GradientError)
    expect(check).toThrow(/a\[1\]: reverse mode gives -?\d+\.\d+, dual numbers give -?\d+\.\d+/)
  })
})
