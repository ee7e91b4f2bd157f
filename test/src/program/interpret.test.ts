import { describe, expect, it } from 'vitest'
import { bringSparse } from '../../../src/autodiff/sparse.js'
import { F32, F64, REFUSED, TOUCHES } from '../../../src/program/abi.js'
import { type Opcode, type Operands, pushInstruction } from '../../../src/program/bytecode.js'
import * as elementary from '../../../src/program/elementary/index.js'
import { createArena, interpret } from '../../../src/program/interpret.js'
import { createRandom } from '../../../src/random.js'
import type { Floats } from '../../../src/values.js'

type Numbers = readonly number[]
interface Precise {
  readonly name: 'f32' | 'f64'
  readonly r: (x: number) => number
  readonly exp: (x: number) => number
  readonly log: (x: number) => number
}
const precisions: readonly Precise[] = [
  { name: 'f32', r: Math.fround, exp: elementary.exp32, log: elementary.log32 },
  { name: 'f64', r: (x) => x, exp: elementary.exp64, log: elementary.log64 },
]
const SIZES = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 33]

/** Runs one instruction on arrays that are laid out one after another, and returns the content of `out`. */
const run = (
  { name }: Precise,
  opcode: Opcode,
  given: { out: Numbers; a?: Numbers; b?: Numbers; c?: Numbers },
  counts: Operands,
): Numbers => {
  const bytes = name === 'f32' ? 4 : 8
  const memory = createArena(64 * 1024)
  const view: Floats = memory[name]
  let free = 16
  const put = (numbers: Numbers | undefined): number => {
    if (!numbers) return -1
    const at = free
    view.set(numbers, at / bytes)
    free = (at + numbers.length * bytes + 15) & ~15
    // The memory between two arrays must not be read.
    view.fill(NaN, at / bytes + numbers.length, free / bytes)
    return at
  }
  const operands = { out: put(given.out), a: put(given.a), b: put(given.b), c: put(given.c), ...counts }
  const code: number[] = []
  pushInstruction(code, name === 'f32' ? F32 : F64, opcode, operands)
  expect(interpret(Int32Array.from(code), 0, 1, memory)).toBe(0)
  const at = operands.out / bytes
  return [...view.subarray(at, at + given.out.length)]
}

/** Numbers of very different magnitudes, some of them 0 or −0, so that the order of a sum shows in its bits. */
const drawn = ({ r }: Precise, name: string, count: number): Numbers => {
  const random = createRandom(1, name)
  return Array.from({ length: count }, (_, i) => {
    const kind = random.uniform(2 * count + i)
    if (kind < 0.15) return kind < 0.07 ? 0 : -0
    return r(random.normal(i) * 10 ** Math.floor(8 * random.uniform(3 * count + i) - 4))
  })
}
const zeros = (n: number): Numbers => new Array<number>(n).fill(0)
const range = (n: number): Numbers => Array.from({ length: n }, (_, i) => i)

// The two orders of addition, written as plainly as possible.
const sideBySide = ({ r }: Precise, terms: Numbers, from = 0): number => terms.reduce((sum, t) => r(sum + t), from)
const inLanes = ({ r }: Precise, terms: Numbers): number => {
  const lane = (k: number) => terms.filter((_, i) => i % 4 === k).reduce((sum, t) => r(sum + t), 0)
  return r(r(r(lane(0) + lane(1)) + lane(2)) + lane(3))
}

describe.each(precisions)('the order of every sum, $name', (p) => {
  const { r } = p
  it.each(SIZES)('dense of %s inputs: side by side from the bias, in lanes below four outputs', (n) => {
    for (const m of SIZES)
      for (const biased of [true, false]) {
        const [x, W, b] = [drawn(p, `x${m}`, n), drawn(p, `W${m}`, n * m), drawn(p, `b${m}`, m)]
        const y = run(p, 'dense', { out: zeros(m), a: x, b: W, ...(biased && { c: b }) }, { n, m })
        const expected = range(m).map((j) => {
          const terms = range(n).map((i) => r(x[i]! * W[i * m + j]!))
          const bias = biased ? b[j]! : 0
          return m >= 4 ? sideBySide(p, terms, 0 + bias) : r(inLanes(p, terms) + bias)
        })
        expect(y, `${m} outputs`).toEqual(expected)
      }
  })
  it.each(SIZES)('denseInput of %s inputs: each in four lanes', (n) => {
    for (const m of SIZES) {
      const [d, W] = [drawn(p, `d${n}`, m), drawn(p, `W${n}`, n * m)]
      const expected = range(n).map((i) =>
        inLanes(
          p,
          range(m).map((j) => r(d[j]! * W[i * m + j]!)),
        ),
      )
      expect(run(p, 'denseInput', { out: zeros(n), a: d, b: W }, { n, m }), `${m} outputs`).toEqual(expected)
    }
  })
  it.each(SIZES)('outer and outerAdd of %s rows', (n) => {
    for (const m of [1, 3, 4, 9]) {
      const [x, d, G] = [drawn(p, `x${m}`, n), drawn(p, `d${m}`, m), drawn(p, `G${m}`, n * m).map((g) => g + 0)]
      const products = range(n * m).map((i) => r(x[Math.floor(i / m)]! * d[i % m]!))
      expect(run(p, 'outer', { out: zeros(n * m), a: x, b: d }, { n, m })).toEqual(products)
      expect(run(p, 'outerAdd', { out: G, a: x, b: d }, { n, m })).toEqual(G.map((g, i) => r(g + products[i]!)))
    }
  })
  it.each(SIZES)('matmul over %s: side by side, whatever is transposed', (k) => {
    const [n, m] = [3, 5]
    const [A, B] = [drawn(p, `A${k}`, n * k), drawn(p, `B${k}`, k * m)]
    const expected = range(n * m).map((i) => {
      const [row, column] = [Math.floor(i / m), i % m]
      return sideBySide(
        p,
        range(k).map((l) => r(A[row * k + l]! * B[l * m + column]!)),
      )
    })
    const transposed = (x: Numbers, rows: number, columns: number) =>
      range(rows * columns).map((i) => x[(i % rows) * columns + Math.floor(i / rows)]!)
    for (const flags of [0, 1, 2, 3]) {
      const a = flags & 1 ? transposed(A, n, k) : A
      const b = flags & 2 ? transposed(B, k, m) : B
      expect(run(p, 'matmul', { out: zeros(n * m), a, b }, { n, m, k, flags }), `flags ${flags}`).toEqual(expected)
    }
  })
  it.each(SIZES)('sum of %s: in lanes along the last axis, else side by side', (n) => {
    for (const [k, m] of [
      [1, 1],
      [3, 1],
      [1, 2],
      [2, 3],
    ] as const) {
      const x = drawn(p, `sum ${k} ${m}`, k * n * m)
      const expected = range(k * m).map((i) => {
        const terms = range(n).map((l) => x[(Math.floor(i / m) * n + l) * m + (i % m)]!)
        return m === 1 ? inLanes(p, terms) : sideBySide(p, terms)
      })
      expect(run(p, 'sum', { out: zeros(k * m), a: x }, { n, m, k }), `[${k}, ${n}, ${m}]`).toEqual(expected)
    }
  })
  it.each(SIZES)('mulAdd of %s', (n) => {
    const [y, a, b] = [drawn(p, 'y', n), drawn(p, 'a', n), drawn(p, 'b', n)]
    const expected = y.map((t, i) => r(t + r(a[i]! * b[i]!)))
    expect(run(p, 'mulAdd', { out: y, a, b }, { n })).toEqual(expected)
  })

  const logSoftmax = (z: Numbers): Numbers => {
    const top = z.reduce((a, b) => (b > a ? b : a))
    const total = p.log(
      inLanes(
        p,
        z.map((x) => p.exp(r(x - top))),
      ),
    )
    return z.map((x) => r(r(x - top) - total))
  }
  it.each(SIZES)('logSoftmax of %s: from the top, the sum in lanes', (n) => {
    const random = createRandom(2, 'logits')
    const z = range(3 * n).map((i) => r(3 * random.normal(i)))
    const expected = range(3).flatMap((o) => logSoftmax(z.slice(o * n, (o + 1) * n)))
    const y = run(p, 'logSoftmax', { out: zeros(3 * n), a: z }, { n, k: 3 })
    expect(y).toEqual(expected)
    for (const row of range(3)) {
      const total = y.slice(row * n, (row + 1) * n).reduce((sum, l) => sum + Math.exp(l), 0)
      expect(Math.abs(total - 1)).toBeLessThan(p.name === 'f32' ? 2e-6 : 1e-14)
    }
  })
  it.each<[string, Numbers, Numbers]>([
    ['logits of ±1e4', [1e4, -1e4, 0], [0, -2e4, -1e4]],
    ['a mask of −1e30', [0.5, -1e30, -1e30, 0.5], [-Math.LN2, -1e30, -1e30, -Math.LN2]],
    ['a mask of −Infinity', [2, -Infinity], [0, -Infinity]],
    ['all but one masked', [-1e30, -1e30, -7, -1e30, -1e30], [-1e30, -1e30, 0, -1e30, -1e30]],
    ['all equal and large', [1e30, 1e30], [-Math.LN2, -Math.LN2]],
    ['one alone', [-123], [0]],
  ])('logSoftmax: %s', (_, z, y) => {
    const given = z.map(r)
    const found = run(p, 'logSoftmax', { out: zeros(z.length), a: given }, { n: z.length, k: 1 })
    expect(found).toEqual(logSoftmax(given))
    found.forEach((l, i) => {
      expect(l + 0).toBe(r(y[i]!))
    })
  })
  it('logSoftmax: a NaN is found', () => {
    for (const z of [[NaN, 1], [1, NaN], [NaN]])
      expect(run(p, 'logSoftmax', { out: zeros(z.length), a: z }, { n: z.length, k: 1 })).toEqual(z.map(() => NaN))
  })

  it('these numbers show the order: another one gives other bits', () => {
    const n = 33
    const [x, W] = [drawn(p, 'x5', n), drawn(p, 'W5', n * 5)]
    const y = run(p, 'dense', { out: zeros(5), a: x, b: W }, { n, m: 5 })
    const terms = (j: number) => range(n).map((i) => r(x[i]! * W[i * 5 + j]!))
    expect(y).not.toEqual(range(5).map((j) => inLanes(p, terms(j))))
    const sum = run(p, 'sum', { out: [0], a: terms(0) }, { n, m: 1, k: 1 })
    expect(sum).not.toEqual([sideBySide(p, terms(0))])
  })
})

describe.each(precisions)('opcodes that move numbers, $name', (p) => {
  it('expand, copyBlocks, copy and fill', () => {
    expect(run(p, 'expand', { out: zeros(12), a: [1, 2, 3, 4] }, { n: 3, m: 2, k: 2 })).toEqual([
      1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4,
    ])
    const places = { b: 3, c: 4, n: 2, k: 2, m: 1, flags: 1 }
    expect(run(p, 'copyBlocks', { out: zeros(8), a: [1, 2, 3, 4, 5, 6] }, places)).toEqual([0, 2, 3, 0, 0, 5, 6, 0])
    expect(run(p, 'copy', { out: zeros(3), a: [1, -0, NaN] }, { n: 3 })).toEqual([1, -0, NaN])
    expect(run(p, 'fill', { out: [1, 2, 3] }, { n: 2 })).toEqual([0, 0, 3])
  })
  it('max and min treat −0 as below 0, pass NaN on, and return one of their inputs', () => {
    const [a, b] = [
      [1, 2, 0, -0, Infinity, -Infinity, NaN, 1],
      [2, 1, -0, 0, 1, 1, 1, NaN],
    ]
    expect(run(p, 'max', { out: zeros(8), a: a!, b: b! }, { n: 8 })).toEqual([2, 2, 0, 0, Infinity, 1, NaN, NaN])
    expect(run(p, 'min', { out: zeros(8), a: a!, b: b! }, { n: 8 })).toEqual([1, 1, -0, -0, 1, -Infinity, NaN, NaN])
    expect(run(p, 'greater', { out: zeros(8), a: a!, b: b! }, { n: 8 })).toEqual([0, 1, 0, 0, 1, 0, 0, 0])
    expect(run(p, 'relu', { out: zeros(4), a: [-1, 2, -0, NaN] }, { n: 4 })).toEqual([0, 2, 0, NaN])
    expect(run(p, 'where', { out: zeros(3), a: [1, 0, -0], b: [7, NaN, NaN], c: [NaN, 8, 9] }, { n: 3 })).toEqual([
      7, 8, 9,
    ])
  })
  it('every result is rounded to the type exactly once', () => {
    const [a, b] = [drawn(p, 'p', 40), drawn(p, 'q', 40)]
    const operations = { add: (x: number, y: number) => x + y, sub: (x: number, y: number) => x - y } as const
    for (const [opcode, f] of Object.entries(operations))
      expect(run(p, opcode as Opcode, { out: zeros(40), a, b }, { n: 40 })).toEqual(a.map((x, i) => p.r(f(x, b[i]!))))
    expect(run(p, 'mul', { out: zeros(40), a, b }, { n: 40 })).toEqual(a.map((x, i) => p.r(x * b[i]!)))
    expect(run(p, 'div', { out: zeros(40), a, b }, { n: 40 })).toEqual(a.map((x, i) => p.r(x / b[i]!)))
    expect(run(p, 'sqrt', { out: zeros(40), a }, { n: 40 })).toEqual(a.map((x) => p.r(Math.sqrt(x))))
  })
})

it('an instruction with an f64 type in an f32 program reads and writes f64', () => {
  const memory = createArena(64)
  memory.f64.set([0.1, 0.2, 0], 0)
  const code: number[] = []
  pushInstruction(code, F32, 'add', { out: 16, a: 0, b: 8, n: 1, type: F64 })
  interpret(Int32Array.from(code), 0, 1, memory)
  expect(memory.f64[2]).toBe(0.1 + 0.2)
})

it('a guard over touched rows refuses a number that is not finite in these rows, and in no other row', () => {
  bringSparse()
  const status = (bad: number | undefined, count: number): number => {
    const memory = createArena(256)
    const [loss, bound, list, matrix] = [0, 8, 16, 64]
    memory.f64.set([0.5, Infinity, count, 1, 3])
    // The matrix has four rows of two numbers.
    if (bad !== undefined) memory.f64[matrix / 8 + 2 * bad + 1] = Number.NaN
    const code: number[] = []
    pushInstruction(code, F64, 'touched', { a: list, n: 4, flags: TOUCHES.b })
    pushInstruction(code, F64, 'guard', { a: loss, b: matrix, c: bound, n: 2 })
    return interpret(Int32Array.from(code), 0, 2, memory)
  }
  const refused = [undefined, 0, 1, 2, 3].filter((bad) => status(bad, 2) !== 0)
  expect(refused).toEqual([1, 3])
  expect(status(3, 2)).toBe(REFUSED)
  // A count of −1 says that any row may have been touched.
  expect([undefined, 0, 1, 2, 3].filter((bad) => status(bad, -1) !== 0)).toEqual([0, 1, 2, 3])
})
