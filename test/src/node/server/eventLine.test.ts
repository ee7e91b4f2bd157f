import { expect, it } from 'vitest'
import { lineOf } from '../../../../src/node/server/eventLine.js'

it('tells of the values that were too far away by column, and of no column that had none', () => {
  const clipped = { kind: 'clipping', step: 1, fields: { cold: 0, warm: 2, far: 1 } } as const
  expect(lineOf(clipped as never)).toBe('values too far from their mean to be trusted so far: warm 2, far 1')
})
