import type { Observable, Subscription } from 'rxjs'
import { contentOf, differenceOf } from './contentOf.js'

/** Everything that came out of a subscription. */
export interface Watched<T> {
  readonly values: T[]
  /** What each value held when it arrived, in text. */
  readonly contents: string[]
  completed: number
  errors: unknown[]
  readonly subscription: Subscription
}

/** @param look is called with each value when it arrives */
export const watch = <T>(source$: Observable<T>, look: (value: T) => void = () => {}): Watched<T> => {
  const seen = { values: [] as T[], contents: [] as string[], completed: 0, errors: [] as unknown[] }
  const subscription = source$.subscribe({
    next: (value) => {
      seen.values.push(value)
      seen.contents.push(contentOf(value))
      look(value)
    },
    error: (error) => seen.errors.push(error),
    complete: () => {
      seen.completed++
    },
  })
  return Object.assign(seen, { subscription })
}

/** Throws unless two things are the same, and says what was compared. */
export const same = (what: string, given: unknown, expected: unknown): void => {
  if (!Object.is(given, expected)) throw new Error(`${what}: expected ${shown(expected)}, was ${shown(given)}`)
}
const shown = (value: unknown): string => (value instanceof Error ? `${value.name}: ${value.message}` : String(value))

/** What came out and how it ended, if it did: one text for each notification. */
export type Story = readonly string[]

export const storyOf = ({ contents, errors, completed }: Watched<unknown>): Story => [
  ...contents,
  ...errors.map((error) => `error ${shown(error)}`),
  ...Array.from({ length: completed }, () => 'completion'),
]

/** Throws unless two subscriptions gave the same, in every number, and says where they first differ. */
export const sameStory = (what: string, given: Story, expected: Story): void => {
  for (let i = 0; i < Math.max(given.length, expected.length); i++) {
    const difference = differenceOf(given[i] ?? 'nothing more', expected[i] ?? 'nothing more')
    if (difference !== undefined) throw new Error(`${what}: notification ${i}: ${difference}`)
  }
}
