import { shown } from '../options/shown.js'
import type { DriftDetector } from './detector.js'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns where a value has other names or types than another one; what is null there may be anything here. */
const differs = (saved: unknown, right: unknown, at: string): string | undefined => {
  if (right === null) return undefined
  if (isRecord(right)) {
    if (!isRecord(saved)) return `has ${shown(saved)} as ${at}`
    const names = Object.keys(right)
    const other = Object.keys(saved).find((name) => !Object.hasOwn(right, name))
    if (other !== undefined) return `has '${other}' in ${at}`
    for (const name of names) {
      const problem = differs(saved[name], right[name], `${at}.${name}`)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  const alike = Array.isArray(right) ? Array.isArray(saved) : typeof saved === typeof right
  return alike ? undefined : `has ${shown(saved)} as ${at}`
}

/**
 * Returns why a saved state is not one of this detector, as the rest of a sentence, or undefined. What the detector does
 * not check itself is compared with its first state: the names, and the types of the values.
 */
export const problemOfDetector = <S>(detector: DriftDetector<S>, saved: unknown): string | undefined => {
  const problem = differs(saved, detector.init(), 'state') ?? detector.problemOf?.(saved as S)
  return problem === undefined ? undefined : `${problem}; expected the state of ${detector.name}`
}
