import { expect, it } from 'vitest'
import { createTrial } from '../../../src/node/workers/trial.js'

type Took = (window: number) => number

/** Who computes so many windows, this thread alone or all, given what each takes. */
const chosen = (every: number, windows: number, own: Took, all: Took): string => {
  const trial = createTrial(every)
  let choices = ''
  for (let i = 0; i < windows; i++) {
    const alone = trial.alone()
    choices += alone ? '1' : 'n'
    trial.record(alone, alone ? own(i) : all(i))
  }
  return choices
}
const ms =
  (time: number): Took =>
  () =>
    time

it('all, where that is quicker, and one window now and then alone', () => {
  expect(chosen(5, 20, ms(2), ms(1))).toBe('nnnn1'.repeat(4))
})
it('alone, where that is quicker, once it was seen twice; and one window now and then by all', () => {
  expect(chosen(5, 20, ms(1), ms(2))).toBe('nnnn1nnnn11111n1111n')
})
it('one slow window changes nothing', () => {
  expect(chosen(5, 10, ms(2), (i) => (i === 6 ? 90 : 1))).toBe('nnnn1nnnn1')
})
it('a core that is taken for a while', () => {
  const taken = chosen(5, 40, ms(2), (i) => (i >= 12 && i < 24 ? 3 : 1))
  expect(taken).toBe('nnnn1nnnn1nnnnn1111n1111n1111nnnnn1nnnn1')
})
it('all, always, where nothing is tried', () => {
  expect(chosen(Infinity, 9, ms(1), ms(2))).toBe('nnnnnnnnn')
})
