/** Tasks that wait for the next turn of the event loop, the first of them first. */
interface Turn {
  readonly tasks: Set<{ readonly task: () => void }>
  immediate: ReturnType<typeof setImmediate> | undefined
}
/** The turns by the clock that makes them, since a test may put another clock in its place, whose turns may never come. */
const turns = new WeakMap<typeof setImmediate, Turn>()
/** Tasks of one turn begin within this time, in milliseconds, so that many sources do not add up; the others come later. */
const LONGEST_MS = 8

const run = (turn: Turn): void => {
  const { tasks } = turn
  const until = performance.now() + LONGEST_MS
  // Those that are added meanwhile are for the next turn.
  let left = tasks.size
  // The next turn comes even if a task throws.
  turn.immediate = setImmediate(run, turn)
  for (const entry of tasks) {
    if (left-- === 0) break
    tasks.delete(entry)
    entry.task()
    if (performance.now() >= until) break
  }
  rest(turn)
}
/** Lets the host end where nothing waits. */
const rest = (turn: Turn): void => {
  if (turn.tasks.size > 0) return
  clearImmediate(turn.immediate)
  turn.immediate = undefined
}

/**
 * Runs a task after the event loop has turned, and returns its cancellation. A timer would wait 1 ms, and in browsers 4
 * ms.
 */
export const macrotask = (task: () => void): (() => void) => {
  if (typeof setImmediate === 'function') {
    const turn: Turn = turns.get(setImmediate) ?? { tasks: new Set(), immediate: undefined }
    turns.set(setImmediate, turn)
    const entry = { task }
    turn.tasks.add(entry)
    turn.immediate ??= setImmediate(run, turn)
    return () => {
      if (turn.tasks.delete(entry)) rest(turn)
    }
  }
  const { port1, port2 } = new MessageChannel()
  const turned = () => {
    port1.close()
    task()
  }
  port1.addEventListener('message', turned)
  port1.start()
  port2.postMessage(undefined)
  return () => port1.close()
}
