/**
 * Decides whether threads are worth it at present: it keeps to the way that was recently faster, and sometimes tries
 * the other.
 */
export interface Trial {
  /** Tells whether this thread is to compute the next window alone. */
  alone(): boolean
  /** Records how long a window took, computed alone or by all threads. */
  record(alone: boolean, ms: number): void
}

/**
 * @param every one of this many windows is computed in the other way; with Infinity, all threads compute every window
 */
export const createTrial = (every: number): Trial => {
  // The last three times of each way, whose median counts. At first threads are preferred, because they are slow while
  // their code is new.
  const own = [Infinity, Infinity, Infinity]
  const all = [0, 0, 0]
  let windows = 0
  return {
    alone: () => median(own) < median(all) !== ((windows + 1) % every === 0),
    record(alone, ms) {
      const times = alone ? own : all
      times.shift()
      times.push(ms)
      windows++
    },
  }
}

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[1]
