/** Tasks that wait for the next turn of the event loop, the first of them first. */
const waiting = new Set<{ readonly task: () => void }>()
let immediate: ReturnType<typeof setImmediate> | undefined
/** Tasks of one turn begin within this time, in milliseconds, so that many sources do not add up; the others come later. */
const LONGEST_MS = 8

const run = (): void => {
  immediate = undefined
  const until = performance.now() + LONGEST_MS
  // Those that are added meanwhile are for the next turn.
  let left = waiting.size
  try {
    for (const entry of waiting) {
      if (left-- === 0) break
      waiting.delete(entry)
      entry.task()
      if (performance.now() >= until) break
    }
  } finally {
    if (waiting.size > 0) immediate ??= setImmediate(run)
  }
}

/**
 * Runs a task after the event loop has turned, and returns its cancellation. A timer would wait 1 ms, and in browsers 4
 * ms.
 */
export const macrotask = (task: () => void): (() => void) => {
  if (typeof setImmediate === 'function') {
    const entry = { task }
    waiting.add(entry)
    immediate ??= setImmediate(run)
    return () => {
      if (!waiting.delete(entry) || waiting.size > 0) return
      clearImmediate(immediate)
      immediate = undefined
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
