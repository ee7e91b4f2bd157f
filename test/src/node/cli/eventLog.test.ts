import { expect, it } from 'vitest'
import { numeric } from '../../../../src/features/numeric.js'
import type { ModelEvent } from '../../../../src/index.js'
import { openEventLog } from '../../../../src/node/cli/output/eventLog.js'

it('counts what the model tells, each kind by itself', () => {
  const log = openEventLog('y', numeric())
  const told = { refusal: 3, rollback: 2, drift: 5 }
  for (const [kind, times] of Object.entries(told))
    for (let i = 0; i < times; i++) log.hear({ kind, step: i, reason: 'as a test' } as unknown as ModelEvent)
  const counted = Object.entries(log.events)
  expect(
    counted.map(([what, count]) => [what.split(' ').find((word) => /^(refused|rollbacks|drifts)/.test(word)), count]),
  ).toEqual([
    ['refused', 3],
    ['rollbacks', 2],
    ['drifts,', 5],
  ])
  for (let i = 0; i < 4; i++) log.hear({ kind: 'rejection', reason: 'no number', row: { i } } as unknown as ModelEvent)
  expect([log.rejected, log.problems.map(({ reason, count }) => [reason, count])]).toEqual([4, [['no number', 4]]])
})
