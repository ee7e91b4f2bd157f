/** Whether threads are worth it just now: the way that was quicker of late goes on, and the other is tried now and then. */
export interface Trial {
  /** Whether the next window is better computed by this thread alone. */
  alone(): boolean
  /** How long a window took, computed alone or by all. */
  took(alone: boolean, ms: number): void
}

/** @param every of so many windows one goes the other way; Infinity: none, threads are always asked */
export const createTrial = (every: number): Trial => {
  // the last three of each way, of which the middle one counts: threads begin, and are slow while their code is new
  const own = [Infinity, Infinity, Infinity]
  const all = [0, 0, 0]
  let windows = 0
  return {
    alone: () => middle(own) < middle(all) !== ((windows + 1) % every === 0),
    took(alone, ms) {
      const times = alone ? own : all
      times.shift()
      times.push(ms)
      windows++
    },
  }
}

const middle = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[1]
