import type { Observable, Subscription } from 'rxjs'

/** All that came of a subscription. */
export interface Watched<T> {
  readonly values: T[]
  completed: number
  errors: unknown[]
  readonly subscription: Subscription
}

export const watch = <T>(source$: Observable<T>): Watched<T> => {
  const seen = { values: [] as T[], completed: 0, errors: [] as unknown[] }
  const subscription = source$.subscribe({
    next: (value) => seen.values.push(value),
    error: (error) => seen.errors.push(error),
    complete: () => {
      seen.completed++
    },
  })
  return Object.assign(seen, { subscription })
}

/** Throws unless two things are the same, in words that say what was looked at. */
export const same = (what: string, given: unknown, expected: unknown): void => {
  if (!Object.is(given, expected)) throw new Error(`${what}: expected ${shown(expected)}, was ${shown(given)}`)
}
const shown = (value: unknown): string => (value instanceof Error ? `${value.name}: ${value.message}` : String(value))

/** The numbers, text and structure of a record, without its model and without functions: what must not change. */
export const contentOf = (value: unknown): string => JSON.stringify(value, plainly)
/** How large a record is: what does not depend on θ. */
export const shapeOf = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) =>
    key === 'model' || typeof part === 'number' || typeof part === 'boolean'
      ? undefined
      : ArrayBuffer.isView(part)
        ? (part as Float64Array).length
        : part,
  )

const plainly = (key: string, part: unknown): unknown => {
  if (key === 'model') return undefined
  if (part instanceof ArrayBuffer) return [...new Uint8Array(part)]
  if (ArrayBuffer.isView(part)) return Array.from(part as Float64Array, String)
  return typeof part === 'number' ? String(part) : part
}

type Start = (...given: unknown[]) => unknown
const STARTERS = { setTimeout: 'clearTimeout', setInterval: 'clearInterval', setImmediate: 'clearImmediate' } as const

/** How many timers a synchronous piece of code leaves behind: the globals that start them are replaced meanwhile. */
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
