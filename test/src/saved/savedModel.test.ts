import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  createModel,
  decodeModel,
  dense,
  encodeModel,
  hashed,
  type Model,
  numeric,
  type Predictor,
  predictorOf,
  type Row,
  restoreModel,
  type SavedModel,
  SavedModelError,
} from '../../../src/index.js'
import { migrated } from '../../../src/saved/migrations.js'
import { crc32 } from '../../../src/wire/crc32.js'
import { runs } from '../../runs.js'
import { bytesOf, kinds, learnAll, make, members, remembering, rows } from '../model/kinds.js'

const creators: Readonly<Record<string, () => Model>> = {
  ...Object.fromEntries(Object.keys(kinds).map((name) => [name, () => make(name)])),
  'fields that remember': () => createModel(remembering) as Model,
}

/** What is predicted of a row, or why it is refused. */
const predictedBy = (model: Predictor, row: Row): unknown => {
  try {
    return model.predict(row)
  } catch (error) {
    return (error as Error).message
  }
}

describe.each(Object.entries(creators))('%s', (_, create) => {
  it('is saved as bytes, from which a model goes on, and a predictor predicts, bit for bit', () => {
    fc.assert(
      fc.property(rows(20), fc.nat(20), (list, cut) => {
        const first = learnAll(create(), list.slice(0, cut), 1)
        const bytes = encodeModel(first)
        const second = create()
        expect(restoreModel(bytes, second)).toEqual({ cursor: first.cursor, leftOut: [] })
        expect(bytesOf(second.snapshot())).toEqual(bytesOf(first.snapshot()))
        const alone = predictorOf(bytes, members)
        expect([alone.step, alone.description.hash]).toEqual([first.step, first.description.hash])
        for (const row of list) expect(predictedBy(alone, row)).toEqual(predictedBy(first, row))
        for (const model of [first, second]) learnAll(model, list.slice(cut), 1)
        expect(bytesOf(second.snapshot())).toEqual(bytesOf(first.snapshot()))
      }),
      { numRuns: runs(4) },
    )
  })
})

const small = (): Model => {
  const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] }) as Model
  for (let i = 0; i < 10; i++) model.learn({ x: i, y: 2 * i })
  return model
}
const refusalOf = (bytes: Uint8Array): string => {
  const model = small()
  const before = encodeModel(model)
  for (const read of [decodeModel, predictorOf, (given: Uint8Array) => restoreModel(given, model)])
    expect(() => read(bytes)).toThrow(SavedModelError)
  expect(encodeModel(model)).toEqual(before)
  try {
    decodeModel(bytes)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

test('bytes that are cut off anywhere, or in which any bit is wrong, are refused and change nothing', () => {
  const whole = encodeModel(small())
  const isRefused = (bytes: Uint8Array): boolean => {
    try {
      decodeModel(bytes)
      return false
    } catch (error) {
      return error instanceof SavedModelError
    }
  }
  for (let size = 0; size < whole.length; size++) {
    const cut = whole.subarray(0, size)
    expect(isRefused(cut), `${size} bytes`).toBe(true)
    if (size % 97 === 0) expect(refusalOf(cut)).toMatch(/^decodeModel: it is cut off/)
  }
  const changed = whole.slice()
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    changed[bit >> 3]! ^= 1 << (bit & 7)
    if (!isRefused(changed)) throw new Error(`bit ${bit} may be wrong`)
    if (bit % 997 === 0) expect(refusalOf(changed), `bit ${bit}`).toMatch(/^decodeModel: /)
    changed[bit >> 3]! ^= 1 << (bit & 7)
  }
  expect(refusalOf(new Uint8Array([...whole, 0]))).toMatch(/it has \d+ bytes, more than the \d+ that were written/)
})

/** Writes the checksum anew, as a program would that means what it writes. */
const sealed = (bytes: Uint8Array): Uint8Array => {
  new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32(bytes, 0, bytes.length - 4), true)
  return bytes
}
test('bytes with a right checksum are a saved model or are refused, whatever they are', () => {
  const whole = encodeModel(small())
  let refused = 0
  fc.assert(
    fc.property(fc.integer({ min: 8, max: whole.length - 5 }), fc.nat(255), (at, byte) => {
      const bytes = whole.slice()
      bytes[at] = byte
      try {
        predictorOf(sealed(bytes)).predict({ x: 1 })
      } catch (error) {
        expect((error as Error).message).toMatch(/^\w+: .+[.?]$/s)
        refused++
      }
    }),
    { numRuns: runs(2000) },
  )
  expect(refused).toBeGreaterThan(runs(200))
})

test('a file of another program is refused as such, and one of a newer format by its number', () => {
  expect(refusalOf(new TextEncoder().encode('{"format":1}'))).toContain('these bytes are no saved model')
  const newer = encodeModel(small())
  new DataView(newer.buffer).setUint32(8, 2, true)
  expect(refusalOf(sealed(newer))).toContain('it was saved in format 2, and this rxgrad reads formats up to 1')
})

test('what an older format saved is brought to the present one, version by version', () => {
  const steps = {
    1: (saved: { a: number }) => ({ b: saved.a + 1 }),
    2: (saved: { b: number }) => ({ c: saved.b * 10 }),
  }
  expect(migrated<unknown>({ a: 1 }, 1, 3, steps as never)).toEqual({ c: 20 })
  expect(migrated<unknown>({ b: 1 }, 2, 3, steps as never)).toEqual({ c: 10 })
  expect(migrated<unknown>({ c: 1 }, 3, 3, steps as never)).toEqual({ c: 1 })
  expect(() => migrated({}, 0, 1)).toThrow('there is no migration from format 0')
})

/** The model in the golden file, which `RXGRAD_GOLDEN=write` writes anew; a new format gets a new file. */
const golden = (): Model => {
  const model = createModel({
    features: { x: numeric(), words: hashed({ capacity: 64, active: 4 }) },
    target: { y: numeric() },
    layers: [dense(3, 'tanh'), dense(1)],
    seed: 7,
    cursor: 'id',
  } as never) as Model
  for (let id = 0; id < 200; id++) model.learn({ id, x: id % 9, words: [`w${id % 5}`], y: (id % 9) + (id % 5) })
  return model
}
test('a file of each format is read', () => {
  const file = new URL('../../golden/saved-1.rxg', import.meta.url)
  if (process.env.RXGRAD_GOLDEN === 'write') writeFileSync(file, encodeModel(golden()))
  const bytes = new Uint8Array(readFileSync(file))
  const model = golden()
  expect(predictorOf(bytes).predict({ x: 4, words: ['w2'] }).value).toBe(model.predict({ x: 4, words: ['w2'] }).value)
  const again = golden()
  expect(restoreModel(bytes, again).cursor).toBe(199)
  expect(again.parameters).toEqual(model.parameters)
})

test('a model of another configuration is refused by the name of what differs, and stays as it was', () => {
  const bytes = encodeModel(small())
  const other = createModel({
    features: { x: numeric() },
    target: { y: numeric() },
    layers: [dense(2, 'tanh'), dense(1)],
  })
  const before = encodeModel(other)
  expect(() => restoreModel(bytes, other)).toThrow(
    /What differs: layers: dense\(2, tanh\), dense\(1\) here, dense\(1\)/,
  )
  expect(encodeModel(other)).toEqual(before)
})

test('a saved model has nothing but plain data', () => {
  const { description, snapshot } = decodeModel(encodeModel(small())) as SavedModel
  expect(JSON.parse(JSON.stringify(description))).toEqual(description)
  expect(Object.keys(snapshot)).toContain('parameters')
})
