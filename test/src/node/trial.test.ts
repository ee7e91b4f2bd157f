import { expect, it } from 'vitest'
import { createTrial } from '../../../src/node/workers/trial.js'

/** Which of so many windows are computed alone, where that takes `alone` ms and threads take `team`. */
const chosen = (every: number, windows: number, alone: (i: number) => number, team: (i: number) => number): string => {
  const trial = createTrial(every)
  let choices = ''
  for (let i = 0; i < windows; i++) {
    const own = trial.alone()
    choices += own ? 'a' : 't'
    trial.took(own ? alone(i) : team(i))
  }
  return choices
}

it('the quicker way goes on until both are tried again', () => {
  expect(
    chosen(
      10,
      20,
      () => 2,
      () => 1,
    ),
  ).toBe('aaatttttttaaattttttt')
  expect(
    chosen(
      10,
      20,
      () => 1,
      () => 2,
    ),
  ).toBe('aaatttaaaaaaatttaaaa')
})
it('one slow window of three decides nothing', () => {
  expect(
    chosen(
      8,
      8,
      () => 2,
      (i) => (i === 3 ? 90 : 1),
    ),
  ).toBe('aaattttt')
})
it('a core that is taken, and free again', () => {
  expect(
    chosen(
      8,
      24,
      () => 2,
      (i) => (i >= 8 && i < 16 ? 3 : 1),
    ),
  ).toBe('aaattttt' + 'aaatttaa' + 'aaattttt')
})
it('where nothing is tried, threads are always asked', () => {
  expect(
    chosen(
      Infinity,
      9,
      () => 1,
      () => 2,
    ),
  ).toBe('ttttttttt')
})
