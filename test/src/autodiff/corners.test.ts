import { describe, expect, it } from 'vitest'
import { evaluateDual } from '../../../src/autodiff/duals/dual.js'
import { circuit, type Expression, inspect, type Ops } from '../../../src/circuit.js'

type Build = (ops: Ops, x: Expression, y: Expression) => Expression

/** f(x, y) and its gradient, by reverse mode in the bytecode and by dual numbers. */
const at = (build: Build, x: number, y = 0) => {
  const f = circuit((ops) => ({ f: build(ops, ops.input('x'), ops.input('y')) }))
  const pass = inspect(f, { x, y })
  const dual = (wanted: string) => {
    const duals = evaluateDual(f.nodes, ({ name }) => ({
      value: Float64Array.of(name === 'x' ? x : y),
      tangent: Float64Array.of(name === wanted ? 1 : 0),
    }))
    return duals[f.outputs.f!]!.tangent[0]
  }
  return {
    value: pass.value('f'),
    reverse: [pass.gradient('x'), pass.gradient('y')],
    dual: [dual('x'), dual('y')],
  }
}

describe('the derivative at a corner is the one the table states', () => {
  // biome-ignore format: a table
  const corners: readonly [string, Build, number, number, number, number, number][] = [
    // what, f, x, y, then f(x, y), ∂f/∂x, ∂f/∂y
    ['relu at 0', ({ relu }, x) => relu(x), 0, 0, 0, 0, 0],
    ['relu at −0', ({ relu }, x) => relu(x), -0, 0, 0, 0, 0],
    ['relu beside 0', ({ relu }, x) => relu(x), 5e-324, 0, 5e-324, 1, 0],
    ['abs at 0', ({ abs }, x) => abs(x), 0, 0, 0, 0, 0],
    ['abs at −0', ({ abs }, x) => abs(x), -0, 0, 0, 0, 0],
    ['abs below 0', ({ abs }, x) => abs(x), -5e-324, 0, 5e-324, -1, 0],
    ['max at a tie', ({ max }, x, y) => max(x, y), 2, 2, 2, 0.5, 0.5],
    ['min at a tie', ({ min }, x, y) => min(x, y), 2, 2, 2, 0.5, 0.5],
    ['max of 0 and −0', ({ max }, x, y) => max(x, y), 0, -0, 0, 0.5, 0.5],
    ['min of 0 and −0', ({ min }, x, y) => min(x, y), 0, -0, -0, 0.5, 0.5],
    ['max of x and x', ({ max }, x) => max(x, x), 3, 0, 3, 1, 0],
    ['max of infinities', ({ max }, x, y) => max(x, y), Infinity, Infinity, Infinity, 0.5, 0.5],
    ['max beside −Infinity', ({ max }, x, y) => max(x, y), 1, -Infinity, 1, 1, 0],
    ['min beside −Infinity', ({ min }, x, y) => min(x, y), 1, -Infinity, -Infinity, 0, 1],
    ['max, the second larger', ({ max }, x, y) => max(x, y), 1, 2, 2, 0, 1],
    ['min, the second larger', ({ min }, x, y) => min(x, y), 1, 2, 1, 1, 0],
    ['sqrt at 0', ({ sqrt }, x) => sqrt(x), 0, 0, 0, 0, 0],
    ['sqrt at −0', ({ sqrt }, x) => sqrt(x), -0, 0, -0, 0, 0],
    ['the norm at 0', ({ sqrt, add, mul }, x, y) => sqrt(add(mul(x, x), mul(y, y))), 0, 0, 0, 0, 0],
    ['greater', ({ greater }, x, y) => greater(x, y), 2, 1, 1, 0, 0],
    ['greater at a tie', ({ greater }, x, y) => greater(x, y), 1, 1, 0, 0, 0],
    ['where in its condition', ({ where }, x, y) => where(x, y, 3), 2, 5, 5, 0, 1],
    ['where on −0', ({ where }, x, y) => where(x, 7, y), -0, 5, 5, 0, 1],
  ]
  it.each(corners)('%s', (_, build, x, y, value, dx, dy) => {
    const found = at(build, x, y)
    expect(found.value).toBe(value)
    expect(found.reverse.map((g) => (g as number) + 0)).toEqual([dx, dy])
    expect(found.dual.map((g) => g! + 0)).toEqual([dx, dy])
  })
})

describe('a branch that is not taken has no effect, even where it is infinite or NaN', () => {
  // biome-ignore format: a table
  const branches: readonly [string, Build, number, number, number, number, number][] = [
    ['where beside NaN', ({ where, greater, mul }, x, y) => where(greater(x, 0), mul(x, 3), y), 2, NaN, 6, 3, 0],
    ['where beside Infinity', ({ where, greater, mul }, x, y) => where(greater(x, 0), mul(x, 3), y), 2, Infinity, 6, 3, 0],
    ['log at 0, guarded', ({ where, greater, log }, x) => where(greater(x, 0), log(x), 0), 0, 0, 0, 0, 0],
    ['log below 0, guarded', ({ where, greater, log }, x) => where(greater(x, 0), log(x), x), -1, 0, -1, 1, 0],
    ['exp that overflows, guarded', ({ where, greater, exp }, x) => where(greater(x, 100), x, exp(x)), 1000, 0, 1000, 1, 0],
    ['1/x at 0, guarded', ({ where, div }, x, y) => where(x, div(y, x), y), 0, 2, 2, 0, 1],
    ['a product with Infinity, guarded', ({ where, mul, exp }, x, y) => where(0, mul(y, exp(x)), y), 1000, 2, 2, 0, 1],
    ['a neuron with Infinity, guarded', ({ where, neuron, exp, identity }, x, y) => where(0, neuron('n', identity, [exp(x), y]), y), 1000, 2, 2, 0, 1],
    ['two ops deep', ({ where, mul, log }, x, y) => where(x, mul(log(mul(x, x)), y), y), 0, 2, 2, 0, 1],
    ['relu of log at 0', ({ relu, log }, x) => relu(log(x)), 0, 0, 0, 0, 0],
    ['max beside log at 0', ({ max, log }, x, y) => max(log(x), y), 0, 2, 2, 0, 1],
    ['min beside 1/0', ({ min, div }, x, y) => min(div(1, x), y), 0, 2, 2, 0, 1],
    ['sqrt of x² at 0', ({ sqrt, mul, div }, x, y) => sqrt(mul(div(x, y), x)), 0, 1, 0, 0, 0],
    ['cross-entropy behind a branch', ({ where, binaryCrossEntropy }, x, y) => where(0, binaryCrossEntropy(x, y), y), Infinity, 0, 0, 0, 1],
  ]
  it.each(branches)('%s', (_, build, x, y, value, dx, dy) => {
    const found = at(build, x, y)
    expect(found.value).toBe(value)
    expect(found.reverse.map((g) => (g as number) + 0)).toEqual([dx, dy])
    expect(found.dual.map((g) => g! + 0)).toEqual([dx, dy])
  })
  it('holds element by element, through shapes', () => {
    const f = circuit(({ input, where, greater, log, sum, mul, weight }) => {
      const x = input('x', [2, 3])
      return { f: sum(where(greater(x, 0), mul(log(x), weight('w')), 0)) }
    })
    const x = [1, 0, 2, -1, 4, 0]
    const pass = inspect(f, { x, w: 2 })
    expect(pass.gradient('x')).toEqual([2, 0, 1, 0, 0.5, 0])
    const dual = evaluateDual(f.nodes, ({ op }) =>
      op === 'weight'
        ? { value: Float64Array.of(2), tangent: Float64Array.of(1) }
        : { value: Float64Array.from(x), tangent: new Float64Array(6) },
    )
    expect(pass.gradient('w')).toBe(dual[f.outputs.f!]!.tangent[0])
    expect(pass.gradient('w')).toBeCloseTo(3 * Math.LN2, 14)
  })
})

describe('where nothing is left to learn, the gradient is finite', () => {
  // biome-ignore format: a table
  const limits: readonly [string, Build, number, number, number, number][] = [
    ['exp at −Infinity', ({ exp }, x) => exp(x), -Infinity, 0, 0, 0],
    ['log at Infinity', ({ log }, x) => log(x), Infinity, 0, Infinity, 0],
    ['sqrt at Infinity', ({ sqrt }, x) => sqrt(x), Infinity, 0, Infinity, 0],
    ['sigmoid at Infinity', ({ sigmoid }, x) => sigmoid(x), Infinity, 0, 1, 0],
    ['sigmoid at −Infinity', ({ sigmoid }, x) => sigmoid(x), -Infinity, 0, 0, 0],
    ['sigmoid at 800', ({ sigmoid }, x) => sigmoid(x), 800, 0, 1, 0],
    ['tanh at Infinity', ({ tanh }, x) => tanh(x), Infinity, 0, 1, 0],
    ['tanh at −Infinity', ({ tanh }, x) => tanh(x), -Infinity, 0, -1, 0],
    ['relu at Infinity', ({ relu }, x) => relu(x), Infinity, 0, Infinity, 1],
    ['relu at −Infinity', ({ relu }, x) => relu(x), -Infinity, 0, 0, 0],
    ['abs at −Infinity', ({ abs }, x) => abs(x), -Infinity, 0, Infinity, -1],
    ['softplus at −Infinity', ({ softplus }, x) => softplus(x), -Infinity, 0, 0, 0],
    ['softplus at 1e4', ({ softplus }, x) => softplus(x), 1e4, 0, 1e4, 1],
    ['softplus at Infinity', ({ softplus }, x) => softplus(x), Infinity, 0, Infinity, 1],
    ['1/x at Infinity', ({ div }, x) => div(1, x), Infinity, 0, 0, 0],
    ['cross-entropy, right beyond doubt', ({ binaryCrossEntropy }, x) => binaryCrossEntropy(x, 1), 1e4, 0, 0, 0],
    ['cross-entropy, wrong beyond doubt', ({ binaryCrossEntropy }, x) => binaryCrossEntropy(x, 0), 1e4, 0, 1e4, 1],
  ]
  it.each(limits)('%s', (_, build, x, y, value, dx) => {
    const found = at(build, x, y)
    expect(found.value).toBe(value)
    expect((found.reverse[0] as number) + 0).toBe(dx)
    expect(found.dual[0]! + 0).toBe(dx)
  })
  it('of logSoftmax with logits of ±1e4 and masked logits, too', () => {
    const f = circuit(({ input, logSoftmax, slice }) => ({ f: slice(logSoftmax(input('z', [4])), 0, 1) }))
    const pass = inspect(f, { z: [1e4, -1e4, -1e30, 1e4] })
    expect(pass.value('f')).toEqual([-Math.LN2])
    expect(pass.gradient('z')).toEqual([0.5, 0, 0, -0.5].map((g) => expect.closeTo(g, 14)))
  })
  it('has the sign of zero that arithmetic gives', () => {
    expect(at(({ neg }, x) => neg(x), 0).value).toBe(-0)
    expect(at(({ mul }, x, y) => mul(x, y), -1, 0).value).toBe(-0)
    expect(at(({ add }, x, y) => add(x, y), -0, 0).value).toBe(0)
    expect(at(({ tanh }, x) => tanh(x), -0).value).toBe(-0)
  })
})
