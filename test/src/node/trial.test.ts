import { expect, it } from 'vitest'
import { createTrial } from '../../../src/node/workers/trial.js'

type Took = (window: number) => number

/** Returns who computes each of a number of windows, this thread alone or all, given the times that they take. */
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

it('all threads compute where that is faster, and this thread alone for one window now and then', () => {
  expect(chosen(5, 20, ms(2), ms(1))).toBe('nnnn1'.repeat(4))
})
it('this thread computes alone where that was faster twice, and all threads for one window now and then', () => {
  expect(chosen(5, 20, ms(1), ms(2))).toBe('nnnn1nnnn11111n1111n')
})
it('one slow window changes nothing', () => {
  expect(chosen(5, 10, ms(2), (i) => (i === 6 ? 90 : 1))).toBe('nnnn1nnnn1')
})
it('a core that is busy for a while changes it only for that time', () => {
  const taken = chosen(5, 40, ms(2), (i) => (i >= 12 && i < 24 ? 3 : 1))
  expect(taken).toBe('nnnn1nnnn1nnnnn1111n1111n1111nnnnn1nnnn1')
})
it('all threads always compute where nothing is measured', () => {
  expect(chosen(Infinity, 9, ms(1), ms(2))).toBe('nnnnnnnnn')
})
