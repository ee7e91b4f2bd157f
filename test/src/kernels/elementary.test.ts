import { existsSync, readFileSync } from 'node:fs'
import asc from 'assemblyscript/asc'
import { beforeAll, describe, expect, it } from 'vitest'
import * as everything from '../../../src/program/elementary/index.js'
import { runs } from '../../runs.js'

// The functions of the kernels give the bits of those in TypeScript, for every number of f32 and f64.

type Twin = (x: number, y: number) => number
const elementary = { ...everything } as Record<string, Twin>
const unary = ['exp', 'log', 'log1p', 'tanh', 'sigmoid', 'softplus', 'sin', 'cos']
const both = ['32', '64'] as const
type Bits = (typeof both)[number]

const folder = new URL('../../../src/kernels/assembly/math/', import.meta.url)

// Probes run every function over a stretch of memory, in lanes and one number at a time.
const lanes: Record<Bits, string> = { '32': 'f32x4', '64': 'f64x2' }
const loop = (name: string, bits: Bits, step: number, body: string) =>
  `export function ${name}${bits}(x: usize, y: usize, to: usize, bytes: usize): void {
    for (let i: usize = 0; i < bytes; i += ${step}) ${body}
  }`
const at = (pointer: string, bits: Bits) => `load<f${bits}>(${pointer} + i)`
const one = (bits: Bits, value: string) => `store<f${bits}>(to + i, ${value})`
const probe = [
  "import * as elementary from './elementary'",
  ...both.flatMap((bits) => [
    ...unary.flatMap((name) => [
      loop(name, bits, 16, `v128.store(to + i, elementary.${name}_${lanes[bits]}(v128.load(x + i)))`),
      loop(`${name}One`, bits, +bits / 8, one(bits, `elementary.${name}_f${bits}(${at('x', bits)})`)),
    ]),
    loop('pow', bits, +bits / 8, one(bits, `elementary.pow_f${bits}(${at('x', bits)}, ${at('y', bits)})`)),
  ]),
].join('\n')

type Probe = (x: number, y: number, to: number, bytes: number) => void
type Exports = Record<string, Probe> & { readonly memory: { readonly buffer: ArrayBuffer } }

// The compiler's library of types knows no WebAssembly without the DOM.
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    instantiate(bytes: Uint8Array): Promise<{ readonly instance: { readonly exports: Exports } }>
  }
}
const probes: Record<string, Probe> = {}
let memory: ArrayBuffer

// Blocks of at most this many bytes go through the module.
const BLOCK = 1 << 16

beforeAll(async () => {
  const binary: Uint8Array[] = []
  const flags = '-O3 --noAssert --enable simd --runtime stub --initialMemory 8'
  const { error, stderr } = await asc.main(['probe.ts', '-o', 'probe.wasm', ...flags.split(' ')], {
    readFile: (name) => {
      if (name === 'probe.ts') return probe
      const file = new URL(name, folder)
      return existsSync(file) ? readFileSync(file, 'utf8') : null
    },
    writeFile: (_, contents) => void binary.push(contents as Uint8Array),
    listFiles: () => [],
  })
  expect(stderr.toString()).toBe('')
  expect(error).toBeNull()
  const { instance } = await WebAssembly.instantiate(binary[0]!)
  memory = instance.exports.memory.buffer
  Object.assign(probes, instance.exports)
})

const FROM = 1 << 17
const empty = (bits: Bits, length: number) => (bits === '32' ? new Float32Array(length) : new Float64Array(length))

const run = (name: string, bits: Bits, xs: ArrayLike<number>, ys?: ArrayLike<number>) => {
  const width = +bits / 8
  const view = bits === '32' ? new Float32Array(memory) : new Float64Array(memory)
  const [x, y, to] = [FROM, FROM + BLOCK, FROM + 2 * BLOCK]
  const results = empty(bits, xs.length)
  for (let start = 0; start < xs.length; start += BLOCK / width) {
    const count = Math.min(BLOCK / width, xs.length - start)
    view.fill(0, x / width, (x + BLOCK) / width)
    view.set(Array.prototype.slice.call(xs, start, start + count), x / width)
    if (ys) view.set(Array.prototype.slice.call(ys, start, start + count), y / width)
    probes[`${name}${bits}`]!(x, y, to, Math.ceil((count * width) / 16) * 16)
    results.set(view.subarray(to / width, to / width + count), start)
  }
  return results
}

// Object.is distinguishes the zeros and treats every NaN as equal; no two other numbers with different bits are equal.
const expectEqual = (name: string, bits: Bits, xs: ArrayLike<number>, ys?: ArrayLike<number>) => {
  const f = elementary[name.replace('One', '') + bits]!
  const got = run(name, bits, xs, ys)
  for (let i = 0; i < xs.length; i++) {
    const expected = f(xs[i]!, ys?.[i] ?? 0)
    if (!Object.is(got[i], expected))
      expect.fail(`${name}${bits}(${xs[i]}${ys ? `, ${ys[i]}` : ''}) = ${got[i]}, not ${expected}`)
  }
}

// xorshift: 32 bits at a time, of which every one is used.
const words = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

const randomBits = (bits: Bits, count: number, seed: number) => {
  const next = words(seed)
  const raw = Uint32Array.from({ length: (count * +bits) / 32 }, next)
  return bits === '32' ? new Float32Array(raw.buffer) : new Float64Array(raw.buffer)
}

const uniform = (bits: Bits, count: number, seed: number, low: number, high: number) => {
  const next = words(seed)
  return empty(bits, count).map(() => low + ((high - low) * (next() + next() / 2 ** 32)) / 2 ** 32)
}

// x with the few numbers before and after it, and their negatives.
const around = (bits: Bits, ...xs: number[]) => {
  const results: number[] = []
  for (const x of xs) {
    const value = empty(bits, 1)
    const integer = bits === '32' ? new Int32Array(value.buffer) : new BigInt64Array(value.buffer)
    for (let step = -3; step <= 3; step++) {
      value[0] = x
      if (typeof integer[0] === 'bigint') integer[0] += BigInt(step)
      else integer[0]! += step
      results.push(value[0], -value[0])
    }
  }
  return results
}

const specials = (bits: Bits) => [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  ...around(bits, 1, 2, 0.5, Math.SQRT2, Math.SQRT1_2, 0.625, 10, 16.6355, 22, 37),
  ...around(bits, 87.33655, 88.72284, 103.97208, 104, 708.3964185322641, 709.782712893384, 745.1332191019411, 746),
  ...around(bits, 2 ** 20, 2 ** 23, 2 ** 24, 2 ** 52, 2 ** 53),
  ...(bits === '32' ? around(bits, 2 ** -149, 2 ** -126, 2 ** -127, 3.4028234663852886e38) : []),
  ...(bits === '64' ? around(bits, 2 ** -1074, 2 ** -1022, 2 ** -1023, Number.MAX_VALUE) : []),
  ...Array.from({ length: +bits === 32 ? 276 : 2097 }, (_, i) => 2 ** (i - (+bits === 32 ? 149 : 1074))),
]

// Arguments between two reductions: halves of ln 2 for exp and functions that use it, for log the
// mantissa sqrt(1/2), for sin and cos multiples of pi/4.
const boundaries = (bits: Bits) => {
  const results: number[] = []
  const [least, most] = bits === '32' ? [-149, 128] : [-1074, 1024]
  for (let k = 0; k < 2 * (2 - least); k++) results.push(...around(bits, (k * Math.LN2) / 2, (k * Math.LN2) / 4))
  for (let k = least; k < most; k++) results.push(...around(bits, Math.SQRT1_2 * 2 ** k, Math.SQRT1_2 * 2 ** k - 1))
  for (let k = 1; k < 6000; k++) results.push(...around(bits, (k * Math.PI) / 4))
  return results
}

const exactly = (bits: Bits, xs: ArrayLike<number>) => {
  const results = empty(bits, xs.length)
  results.set(xs)
  return results
}

const dense: Record<string, readonly (readonly [number, number])[]> = {
  exp: [
    [-105, 90],
    [-1, 1],
    [-750, 715],
  ],
  log: [
    [0, 3],
    [0, 1e5],
  ],
  log1p: [
    [-1, 1],
    [-1e-4, 1e-4],
    [0, 1e5],
  ],
  tanh: [
    [-11, 11],
    [-1, 1],
    [-1e-4, 1e-4],
    [-23, 23],
  ],
  sigmoid: [
    [-105, 30],
    [-1, 1],
    [-750, 50],
  ],
  softplus: [
    [-105, 30],
    [-1, 1],
    [-750, 50],
  ],
  sin: [
    [-10, 10],
    [-8192, 8192],
    [-2e6, 2e6],
    [-1e17, 1e17],
  ],
  cos: [
    [-10, 10],
    [-8192, 8192],
    [-2e6, 2e6],
    [-1e17, 1e17],
  ],
}

describe.each(both)('in f%s', (bits) => {
  describe.each(unary)('%s', (name) => {
    it('any bits at all', () => expectEqual(name, bits, randomBits(bits, runs(200_000), 1)))

    it('where it is used', () => {
      for (const [low, high] of dense[name]!) expectEqual(name, bits, uniform(bits, runs(50_000), 2, low, high))
    })

    it('special values and boundaries', () => {
      expectEqual(name, bits, exactly(bits, specials(bits)))
      expectEqual(name, bits, exactly(bits, boundaries(bits)))
    })

    it('one at a time', () => {
      const one = `${name}One`
      expectEqual(one, bits, exactly(bits, specials(bits)))
      expectEqual(one, bits, randomBits(bits, runs(5000), 3))
      for (const [low, high] of dense[name]!) expectEqual(one, bits, uniform(bits, runs(5000), 4, low, high))
    })
  })

  describe('pow', () => {
    it('any bits at all', () =>
      expectEqual('pow', bits, randomBits(bits, runs(200_000), 5), randomBits(bits, runs(200_000), 6)))

    it('where it is used', () => {
      for (const [low, high, power] of [
        [0, 3, 10],
        [0, 100, 4],
        [0, 1e5, 30],
        [0.5, 2, 2000],
        [0.9999, 1.0001, 1e6],
      ] as const)
        expectEqual(
          'pow',
          bits,
          uniform(bits, runs(50_000), 7, low, high),
          uniform(bits, runs(50_000), 8, -power, power),
        )
      const bases = randomBits(bits, runs(50_000), 9)
      const halves = bases.map((_, i) => (i % 41) / 2 - 10)
      expectEqual('pow', bits, bases, halves)
      // Powers near both ends of the range, from any base.
      const reach = bits === '32' ? 104 : 746
      const sizes = bases.map(Math.abs)
      const ends = sizes.map((x, i) => (((i % 2) * 2 - 1) * (reach / Math.log(x)) * (100 - (i % 7))) / 100)
      expectEqual('pow', bits, sizes, ends)
    })

    it('special values', () => {
      const values = [...specials(bits).slice(0, 280), 3, -3, 1.5, -1.5, 1 / 3, 1e19, -1e19, 4e9, -4e9, 2 ** 31 + 1]
      const xs = values.flatMap((x) => values.map(() => x))
      const ys = values.flatMap(() => values)
      expectEqual('pow', bits, exactly(bits, xs), exactly(bits, ys))
    })
  })
})
