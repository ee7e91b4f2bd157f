import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { murmur3, murmur3OfText } from '../../../src/features/murmur3.js'
import { numeric } from '../../../src/features/numeric.js'
import { wordsIn } from '../../../src/features/terms.js'
import { type TextConfig, text } from '../../../src/features/text.js'
import { dense } from '../../../src/layers/dense.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import type { Example, ModelEvent } from '../../../src/records.js'
import { runs } from '../../runs.js'

// The golden vectors are made by test/golden/text.py with mmh3, and agree with scikit-learn.

interface Golden {
  readonly hashes: readonly (readonly [string, number])[]
  readonly seeds: readonly (readonly [string, number, number])[]
  readonly texts: readonly string[]
  readonly kinds: readonly { readonly settings: TextConfig; readonly rows: readonly (readonly number[])[] }[]
}
const golden = JSON.parse(readFileSync(new URL('../../golden/text.json', import.meta.url), 'utf8')) as Golden

const plain = numeric({ scale: 'none' })
const make = (config: TextConfig) =>
  createModel({ features: { body: text(config) }, target: { y: plain }, layers: [dense(1)] }) as Model
/** Returns the numbers of a text's row, or why it is refused. */
const encoded = (body: unknown, model: Model): readonly number[] | string => {
  const given = model.stages.encode({ body })
  return given.kind === 'example' ? [...(given as Example).x] : given.reason
}
/** Returns the entries of a row of at most so many. */
const entriesOf = (row: readonly number[] | string): readonly number[] => {
  if (typeof row === 'string') throw new Error(row)
  const active = (row.length - 1) / 2
  const end = 1 + 2 * Math.min(row[0]!, active)
  expect(row.slice(end).every((x) => x === 0)).toBe(true)
  return row.slice(1, end)
}
const pairsOf = (flat: readonly number[]): (readonly [number, number])[] =>
  Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!] as const)

describe('MurmurHash3', () => {
  it('is that of mmh3 for texts of all lengths and scripts', () => {
    expect(golden.hashes.length).toBeGreaterThan(25)
    for (const [given, hash] of golden.hashes) expect([given, murmur3OfText(given)]).toEqual([given, hash])
  })
  it('is that of mmh3 for other seeds', () => {
    for (const [given, seed, hash] of golden.seeds) {
      const bytes = new TextEncoder().encode(given)
      expect(murmur3(bytes, bytes.length, seed)).toBe(hash)
    }
  })
  it('of a text is that of its bytes in UTF-8 as the host writes them, whatever the text', () => {
    const unit = fc.oneof(fc.nat({ max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff }), fc.nat({ max: 300 }))
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 200 }), (units) => {
        const given = String.fromCharCode(...units)
        const bytes = new TextEncoder().encode(given)
        expect(murmur3OfText(given)).toBe(murmur3(bytes, bytes.length, 0))
      }),
      { numRuns: runs(500) },
    )
  })
})

describe('text', () => {
  it.each(golden.kinds.map(({ settings, rows }) => [settings, rows] as const))(
    'reads the terms that another program reads: %o',
    (settings, rows) => {
      const model = make({ ...settings, active: settings.capacity === 262144 ? 256 : settings.capacity! })
      for (const [i, given] of golden.texts.entries()) {
        const found = pairsOf(entriesOf(encoded(given, model)))
        const expected = pairsOf(rows[i]!)
        expect(found.map(([index]) => index)).toEqual(expected.map(([index]) => index))
        for (const [k, [, value]] of found.entries()) expect(value).toBeCloseTo(expected[k]![1], 12)
      }
    },
  )
  it('finds the words of every text as a loop over its characters does', () => {
    const isAlone = (c: string): boolean => /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u.test(c)
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 5 }),
      fc.constantFrom(' ', 'Ab_1', '漢', 'か', "n't"),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const given = pieces.join('')
        const words: string[] = []
        let isOpen = false
        for (const c of given.normalize('NFC').toLowerCase()) {
          const isPart = isAlone(c) || /^[\p{L}\p{M}\p{N}_]$/u.test(c)
          if (isPart && isOpen && !isAlone(c)) words.push(`${words.pop()}${c}`)
          else if (isPart) words.push(c)
          isOpen = isPart && !isAlone(c)
        }
        expect(wordsIn(given)).toEqual(words)
      }),
      { numRuns: runs(300) },
    )
  })
  it('reads the largest terms of a text of any length, and tells of the others', () => {
    const model = make({ capacity: 262144, active: 3, weighting: 'count', norm: 'none' })
    const told: string[] = []
    model.listen((event: ModelEvent) => event.kind === 'capacity' && told.push(event.reason))
    const [p, q, r] = ['p', 'q', 'r'].map((term) => {
      const hash = murmur3OfText(term) | 0
      return [Math.abs(hash) % 262144, Math.sign(hash)] as const
    }) as [readonly [number, number], readonly [number, number], readonly [number, number]]
    expect(encoded('x p y p q q q z r r', model)).toEqual([...[6, p[0], 2 * p[1], q[0], 3 * q[1], r[0], 2 * r[1]]])
    model.learn({ body: 'one two three', y: 1 })
    expect(told).toEqual([])
    const long = Array.from({ length: 100_000 }, (_, i) => `w${i}`).join(' ')
    model.learn({ body: long, y: 1 })
    expect(told).toEqual([
      expect.stringMatching(/^body has a row of \d+ names, of which the 3 .*; text\(\{ active: 131072 \}\) reads all/),
    ])
    expect(model.counters).toMatchObject({ learned: 2, rejected: 0, shortened: 1 })
  })
  it('divides a row by the length of what is read of it', () => {
    for (const active of [2, 8]) {
      const model = make({ active, norm: 'l2' })
      for (const given of ['p q r s', 'p', 'p p q'])
        expect(pairsOf(entriesOf(encoded(given, model))).reduce((sum, [, v]) => sum + v * v, 0)).toBeCloseTo(1, 12)
    }
    // Two terms that cancel leave nothing to divide.
    expect(encoded('', make({ active: 2 }))).toEqual([0, 0, 0, 0, 0])
  })
  it('two terms with one index add up or cancel by their signs', () => {
    const model = make({ capacity: 1, active: 1, norm: 'none', weighting: 'count' })
    const sign = (term: string): number => Math.sign(murmur3OfText(term) | 0)
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 9 }), (terms) => {
        const total = terms.reduce((sum, term) => sum + sign(term), 0)
        expect(encoded(terms.join(' '), model)).toEqual([1, 0, total])
      }),
      { numRuns: runs(100) },
    )
  })
  it('reads a number, true and false as their text, and nothing as no terms', () => {
    const model = make({ capacity: 64, active: 4 })
    expect(encoded(12, model)).toEqual(encoded('12', model))
    expect(encoded(true, model)).toEqual(encoded('true', model))
    for (const none of [undefined, null, '']) expect(encoded(none, model)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0])
    expect(encoded(['p'], model)).toMatch(/^body is .*; expected text$/)
    expect(encoded(null, make({ missing: 'reject' }))).toBe('body is missing, and its policy is to reject')
  })
  it('counts as one input if its rows have length 1, and as a hashed field otherwise', () => {
    expect([text(), text({ norm: 'none' }), text({ norm: 'none', active: 8 })].map((f) => f.fanIn?.())).toEqual([
      1, 64, 8,
    ])
  })
  it.each([
    [{ ngrams: 0 }, 'text: ngrams is 0; expected a whole number from 1 to 8.'],
    [{ ngrams: 1.5 }, 'text: ngrams is 1.5'],
    [{ ngrams: 9 }, 'text: ngrams is 9'],
    [{ of: 'letters' }, "text: of is 'letters'; expected one of words, characters"],
    [{ weighting: 'tf' }, "text: weighting is 'tf'; expected one of log, count, binary"],
    [{ norm: 'l1' }, "text: norm is 'l1'; expected one of l2, none"],
    [{ capacity: 0 }, 'text: capacity is 0'],
    [{ capacity: 8, active: 9 }, 'text: active is 9'],
  ])('%o is refused', (config, reason) => {
    expect(() => text(config as TextConfig)).toThrow(reason)
  })
  it('is no target', () => {
    expect(() => createModel({ features: { a: numeric() }, target: { y: text() }, layers: [dense(1)] })).toThrow(
      "createModel: target 'y' is text, which is for features; expected numeric() or category().",
    )
  })
  it('learns which words speak for a class', () => {
    const model = createModel({ features: { body: text() }, target: { y: plain }, layers: [dense(1)] })
    for (let i = 0; i < 400; i++)
      model.learn({ body: `report ${i} says ${i % 2 ? 'Win a prize' : 'meet the boss'}`, y: i % 2 })
    expect(model.predict({ body: 'a PRIZE for you' }).value).toBeGreaterThan(0.5)
    expect(model.predict({ body: 'the boss, again' }).value).toBeLessThan(0.5)
  })
})
