/** Whether threads are worth it just now: each way is tried for three windows, and the quicker one goes on for a while. */
export interface Trial {
  /** Whether the next window is better computed by this thread alone. */
  alone(): boolean
  /** How long it took. */
  took(ms: number): void
}

const TRIED = 3

/** @param every after so many windows both ways are tried again; Infinity: threads are never given up */
export const createTrial = (every: number): Trial => {
  let window = 0
  const times: number[] = []
  const middle = (from: number): number => times.slice(from, from + TRIED).sort((a, b) => a - b)[1] as number
  return {
    alone: () => every < Infinity && (window < TRIED || (window >= 2 * TRIED && middle(0) < middle(TRIED))),
    took(ms) {
      if (window < 2 * TRIED) times[window] = ms
      window = (window + 1) % every
    },
  }
}
