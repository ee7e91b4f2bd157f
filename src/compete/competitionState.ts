import type { FadingState } from '../metrics/fading.js'
import { shown } from '../options/shown.js'
import type { PairedState } from './pairedCusum.js'

/** What is known of the models, as plain JSON data. */
export interface CompetitionState {
  champion: string
  rows: number
  unscored: number
  swaps: number
  /** The losses of each model, and those of the champions of the time. */
  readonly losses: Readonly<Record<string, FadingState>>
  readonly own: FadingState
  /** How each challenger compares with the champion. */
  challengers: Record<string, PairedState>
}

type Loose<T> = { readonly [K in keyof T]?: unknown }

const isCount = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 0
/** Any number will do, because a model whose θ has left the numbers loses as much. */
const isNumber = (x: unknown): boolean => typeof x === 'number'
const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null && !Array.isArray(x)
const areNames = (of: unknown, names: readonly string[]): boolean =>
  isRecord(of) && Object.keys(of).length === names.length && names.every((name) => Object.hasOwn(of, name))

const COUNTS: readonly (keyof PairedState)[] = ['count', 'rows', 'refused', 'scored']
const NUMBERS: readonly (keyof PairedState)[] = ['weight', 'mean', 'squares', 'sum', 'champion', 'challenger']
const isPaired = (each: unknown): boolean => {
  const state = (each ?? {}) as Loose<PairedState>
  return COUNTS.every((name) => isCount(state[name])) && NUMBERS.every((name) => isNumber(state[name]))
}
const isFading = (each: unknown, size: number, fading: number): boolean => {
  const { kind, factor, scale, sums } = (each ?? {}) as Readonly<Record<string, unknown>>
  const isScale = typeof scale === 'number' && scale >= 1 && scale < 2
  return (
    kind === 'fading' &&
    factor === fading &&
    isScale &&
    Array.isArray(sums) &&
    sums.length === size &&
    sums.every(isNumber)
  )
}

/**
 * Returns why a saved state is not one of a competition of these models, as the rest of a sentence, or undefined.
 *
 * @param size the number of sums of the metric
 */
export const problemOfCompetition = (
  saved: unknown,
  names: readonly string[],
  size: number,
  fading: number,
): string | undefined => {
  if (!isRecord(saved)) return `is ${shown(saved)}; expected how models compare`
  const { champion, rows, unscored, swaps, losses, own, challengers } = saved as Loose<CompetitionState>
  if (!areNames(losses, names)) {
    const known = isRecord(losses) ? Object.keys(losses).join(', ') : ''
    return `is of ${known || 'no models'}; expected ${names.join(', ')}`
  }
  if (!names.includes(champion as string))
    return `has the champion ${shown(champion)}; expected one of ${names.join(', ')}`
  for (const [name, count] of Object.entries({ rows, unscored, swaps }))
    if (!isCount(count)) return `has ${shown(count)} as ${name}; expected a whole number`
  const all: readonly unknown[] = [own, ...Object.values(losses as object)]
  if (!all.every((each) => isFading(each, size, fading)))
    return `has other sums of losses; expected ${size} numbers for each model, which fade by ${fading}`
  const others = names.filter((name) => name !== champion)
  if (!areNames(challengers, others) || !Object.values(challengers as object).every(isPaired))
    return `has other numbers of the test; expected those of ${others.join(', ')}`
  return undefined
}
