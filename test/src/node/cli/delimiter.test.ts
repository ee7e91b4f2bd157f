import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readArgs } from '../../../../src/node/cli/arguments/args.js'
import { InputError } from '../../../../src/node/sources/index.js'
import { runs } from '../../../runs.js'

test('the delimiter is any one character but a quote or a line end, or the word tab or space, and nothing else', () => {
  const text = fc.oneof(
    fc.string({ minLength: 1, maxLength: 1 }),
    fc.string({ maxLength: 3 }),
    fc.constantFrom(';', '|', ',', '\t', '"', '\n', '\r', '', ';;', 'tab', '\\t', 'space'),
  )
  fc.assert(
    fc.property(text, (given) => {
      const read = () => readArgs([`--delimiter=${given}`, '--target', 'y']).delimiter
      if (given === 'tab' || given === '\\t') expect(read()).toBe('\t')
      else if (given === 'space') expect(read()).toBe(' ')
      else if (given.length === 1 && !'"\n\r'.includes(given)) expect(read()).toBe(given)
      else expect(read).toThrow(InputError)
    }),
    { numRuns: runs(900) },
  )
})
