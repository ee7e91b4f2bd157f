import fc from 'fast-check'
import { expect, it } from 'vitest'
import { elementsOf } from '../../../../src/node/sources/elementsOf.js'
import { runs } from '../../../runs.js'

const outcome = (read: () => unknown): unknown => {
  try {
    return JSON.stringify(read())
  } catch {
    return 'no JSON'
  }
}
/** Reads an array element by element. */
const inParts = (text: string): unknown => {
  const elements = elementsOf(text)
  return elements === undefined
    ? 'no array'
    : Array.from(elements)
        .filter((one) => one !== undefined)
        .map((one) => JSON.parse(one))
}
const spaced = fc
  .tuple(fc.json(), fc.constantFrom('', ' ', '\n\t', '\r\n'))
  .map(([json, space]) => `${space}${json}${space}`)
const arrays = fc.array(spaced, { maxLength: 5 }).map((parts) => ` [${parts.join(',')}]\n`)

it('finds the elements that JSON.parse finds, and none where it finds no array', () => {
  fc.assert(
    fc.property(arrays, (text) => {
      expect(outcome(() => inParts(text))).toBe(outcome(() => JSON.parse(text)))
    }),
    { numRuns: runs(300) },
  )
  for (const text of ['', ' ', '{"a":[1]}', '5', '"[1]"']) expect(elementsOf(text)).toBeUndefined()
})

it('takes no text for an array that JSON.parse does not, whatever letter is missing, added or changed', () => {
  const marks = fc.constantFrom(...'[]{},:"\\ 1atruefalsenul\u00a0\v')
  fc.assert(
    fc.property(arrays, fc.nat(), fc.nat({ max: 2 }), marks, (text, at, removed, mark) => {
      const i = at % (text.length + 1)
      const changed = `${text.slice(0, i)}${removed > 1 ? '' : mark}${text.slice(i + (removed > 0 ? 1 : 0))}`
      if (elementsOf(changed) === undefined) return
      expect(
        outcome(() => inParts(changed)),
        changed,
      ).toBe(outcome(() => JSON.parse(changed)))
    }),
    { numRuns: runs(1000) },
  )
})

it('gives the reader a chance to stop within a long element', () => {
  const parts = Array.from(elementsOf(`[{"a":[${Array(50_000).fill('1').join()}]},2]`)!)
  expect(parts.filter((part) => part === undefined).length).toBeGreaterThan(5)
  expect(parts.filter((part) => part !== undefined)).toHaveLength(2)
})
