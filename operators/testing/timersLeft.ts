type Start = (...given: unknown[]) => unknown
const STARTERS = { setTimeout: 'clearTimeout', setInterval: 'clearInterval', setImmediate: 'clearImmediate' } as const

/**
 * Counts the timers that a synchronous piece of code leaves behind; the globals that start them are replaced meanwhile.
 */
export const timersLeft = (body: () => void): number => {
  const running = new Set<unknown>()
  const globals = globalThis as unknown as Record<string, Start | undefined>
  const originals = new Map(
    Object.entries(STARTERS)
      .flat()
      .map((name) => [name, globals[name]]),
  )
  for (const [starter, stopper] of Object.entries(STARTERS)) {
    const [start, stop] = [originals.get(starter), originals.get(stopper)]
    if (!start || !stop) continue
    globals[starter] = (...given) => {
      const handle = start(...given)
      running.add(handle)
      return handle
    }
    globals[stopper] = (handle) => {
      running.delete(handle)
      return stop(handle)
    }
  }
  try {
    body()
    return running.size
  } finally {
    for (const [name, original] of originals) globals[name] = original
  }
}
