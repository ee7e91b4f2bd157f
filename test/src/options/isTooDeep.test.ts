import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromLines } from '../../../operators/index.js'
import { parsed } from '../../../src/node/http/readBody.js'
import { objectIn } from '../../../src/node/sources/jsonObject.js'
import { isTooDeep } from '../../../src/options/isTooDeep.js'
import { runs } from '../../runs.js'

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
const nested = (depth: number, inner: string, isList: boolean): string =>
  isList ? `${'['.repeat(depth)}${inner}${']'.repeat(depth)}` : `${'{"a":'.repeat(depth)}${inner}${'}'.repeat(depth)}`

it('finds the texts that are nested more than a thousand levels deep, and no others', () => {
  const padding = ' '.repeat(4000)
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 985, max: 1005 }), fc.boolean(), (inner, depth, isList) => {
      const text = `${padding}${nested(depth, inner, isList)}`
      expect(isTooDeep(text)).toBe(depth + depthOf(JSON.parse(inner)) > 1000)
    }),
    { numRuns: runs(100) },
  )
  // Brackets of a text are none.
  expect(isTooDeep(JSON.stringify({ text: '["{\\'.repeat(5000) }))).toBe(false)
})

it('neither a body nor a line of many brackets is parsed', async () => {
  for (const isList of [true, false])
    for (const depth of [3000, 150_000]) {
      const text = nested(depth, '1', isList)
      expect(() => parsed(text)).toThrow(
        'the body is nested more than 1000 levels deep; expected rows of plain values.',
      )
      expect(() => parsed(text.slice(0, text.length - 1), 'line 2')).toThrow(
        'line 2 is nested more than 1000 levels deep',
      )
      expect(objectIn(`{"x":${text}}`, 3)).toMatchObject({ kind: 'rejection', cursor: 3 })
      const told = await new Promise((error) => fromLines([text]).subscribe({ error }))
      expect(told).toEqual(
        new SyntaxError('fromLines: line 1 is nested more than 1000 levels deep; expected a row on each line.'),
      )
    }
})
