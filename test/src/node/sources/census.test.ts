import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createVocabulary } from '../../../../src/features/vocabulary.js'
import type { Value } from '../../../../src/index.js'
import { censusOf } from '../../../../src/node/sources/census.js'
import { runs } from '../../../runs.js'

// Two values are one name where the model treats them as one: 1 and '1' are one, but 1 and '01' are two.

const awkward: readonly Value[] = [
  1,
  '1',
  1.5,
  '1.5',
  '1.50',
  '01',
  '1e3',
  1000,
  '1000',
  -0,
  0,
  '0',
  '-0',
  '',
  ' ',
  ' 1',
]
const more: readonly Value[] = [true, 'true', false, 'NaN', 'Infinity', '1e21', 1e21, '0x10', 16, '9007199254740993']
const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom(...awkward, ...more),
  fc.double({ noNaN: true }),
  fc.double({ noNaN: true }).map(String),
  fc.integer().map(String),
  fc.string(),
)

test('the census counts as many names as a vocabulary of its values would hold', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
      const { distinct } = censusOf(values.map((x) => ({ x }))).get('x')!
      const vocabulary = createVocabulary({ values: [], capacity: values.length, onFull: 'hash' })
      for (const each of values) vocabulary.commit(each)
      expect([...distinct.values()].map(String)).toEqual(vocabulary.values.map(String))
    }),
    { numRuns: runs(1500) },
  )
})
