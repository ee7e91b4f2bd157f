import type { DriftDetector } from '../drift/detector.js'
import { problemOfDetector } from '../drift/problemOfDetector.js'
import { shown } from '../options/shown.js'

/** What a member of a bag keeps in its model, as plain JSON data. */
export interface MemberState {
  /** The name of the detector that watches its errors, and its state; '' and null if there is none. */
  readonly detector: string
  watched: unknown
  /** The number of rows that the bag has been given. */
  rows: number
  /** The number of rows since the member began, or began anew, and how often it has begun anew. */
  age: number
  replaced: number
  /** The sum of its errors, which fade, and that of their weights. */
  errors: number
  weight: number
}

export const initialState = (detector: DriftDetector | undefined): MemberState => ({
  ...{ detector: detector?.name ?? '', watched: detector?.init() ?? null },
  ...{ rows: 0, age: 0, replaced: 0, errors: 0, weight: 0 },
})

/** Lets the errors of a member begin anew. */
export const renew = (state: MemberState, detector: DriftDetector | undefined): void => {
  const { watched, age, errors, weight } = initialState(detector)
  state.replaced += 1
  Object.assign(state, { watched, age, errors, weight })
}

/** Returns why a saved state is not one of such a member, as the rest of a sentence, or undefined. */
export const problemOfState = (saved: unknown, detector: DriftDetector | undefined): string | undefined => {
  const state = (saved ?? {}) as { readonly [K in keyof MemberState]?: unknown }
  const expected = detector?.name ?? ''
  if (state.detector !== expected) return `is of the detector ${shown(state.detector)}; expected '${expected}'`
  for (const name of ['rows', 'age', 'replaced'] as const)
    if (!(Number.isSafeInteger(state[name]) && (state[name] as number) >= 0))
      return `has ${shown(state[name])} as ${name}; expected a whole number`
  for (const name of ['errors', 'weight'] as const)
    if (!(Number.isFinite(state[name]) && (state[name] as number) >= 0))
      return `has ${shown(state[name])} as ${name}; expected a number of at least 0`
  return detector && problemOfDetector(detector, state.watched)
}
