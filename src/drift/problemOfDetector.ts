import { differs } from '../options/differs.js'
import type { DriftDetector } from './detector.js'

/**
 * Returns why a saved state is not one of this detector, as the rest of a sentence, or undefined. What the detector does
 * not check itself is compared with its first state: the names, and the types of the values.
 */
export const problemOfDetector = <S>(detector: DriftDetector<S>, saved: unknown): string | undefined => {
  const problem = differs(saved, detector.init(), 'state') ?? detector.problemOf?.(saved as S)
  return problem === undefined ? undefined : `${problem}; expected the state of ${detector.name}`
}
