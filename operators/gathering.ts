import { missingIn } from '../src/metrics/missingIn.js'
import type { AnyLearned } from '../src/metrics/observed.js'
import { isLabelled } from '../src/model/learn/openWindow.js'

/** Looks at the rows of a record from one to before another, all of which have a label. */
export type Visit<R> = (learned: AnyLearned<R>, from: number, to: number) => void

/** Is called for rows without a label that have passed, after the rows before them have been visited. */
export type Pass<R> = (learned: AnyLearned<R>, count: number) => void

/**
 * Gathers rows until a step has learned them, so that what an operator keeps of them stands at the same row as θ.
 * Returns a function that takes the next record, and visits the rows that its step has learned, in their order.
 *
 * @param pass is called for the rows without a label between them, if these are of interest
 * @param step the step of the model before the first record
 */
export const gathering = <R>(
  targets: number,
  pass?: Pass<R>,
  step = Number.NaN,
): ((learned: AnyLearned<R>, visit: Visit<R>) => void) => {
  /** The records with rows that are not learned yet, the first of them in each, and the rows without a label before it. */
  let open: { readonly learned: AnyLearned<R>; readonly from: number; readonly missing: number }[] = []
  /** The rows without a label after these. */
  let missing = 0
  const sizeOf = ({ actual }: AnyLearned<R>): number => actual.length / targets
  const labelled = (): number =>
    open.reduce((count, { learned, from }) => {
      for (let i = from; i < sizeOf(learned); i++) if (isLabelled(learned.actual, i, targets)) count++
      return count
    }, 0)

  const hasLabel = (learned: AnyLearned<R>): boolean => {
    for (let i = 0; i < sizeOf(learned); i++) if (isLabelled(learned.actual, i, targets)) return true
    return false
  }

  const passAll = (learned: AnyLearned<R>, count: number): void => {
    if (count > 0) pass?.(learned, count)
  }

  /** Visits each stretch of rows that have a label. */
  const visitLabelled = (learned: AnyLearned<R>, from: number, to: number, visit: Visit<R>): void => {
    let start = from
    for (let i = from; i < to; i++) {
      if (isLabelled(learned.actual, i, targets)) continue
      if (i > start) visit(learned, start, i)
      if (pass) passAll(learned, missingIn(learned, i, i + 1))
      start = i + 1
    }
    if (to > start) visit(learned, start, to)
  }

  return (learned, visit) => {
    // Rows that no step will learn are not kept.
    if (hasLabel(learned)) {
      open.push({ learned, from: 0, missing })
      missing = 0
    } else if (pass) missing += missingIn(learned)
    // A row without a label counts as soon as the model has passed it, which is with the next step at the latest.
    const hasPassed = learned.delayed !== undefined || learned.step > step
    step = learned.step
    if (!learned.update) {
      if (open.length > 0 || !hasPassed) return
      passAll(learned, missing)
      missing = 0
      return
    }
    const { size } = learned.update
    // All windows that one element closes have the same size; the rest waits for the next step.
    let rest = size === 1 ? 0 : labelled() % size
    const waiting: typeof open = []
    let end = open.length
    let to = end > 0 ? sizeOf(open[end - 1].learned) : 0
    while (rest > 0) {
      const { learned: last, from } = open[end - 1]
      while (rest > 0 && to > from) if (isLabelled(last.actual, --to, targets)) rest--
      waiting.unshift({ learned: last, from: to, missing: rest === 0 ? 0 : open[end - 1].missing })
      if (rest === 0) break
      end--
      to = sizeOf(open[end - 1].learned)
    }
    open.slice(0, end).forEach(({ learned: each, from, missing: before }, i) => {
      passAll(each, before)
      visitLabelled(each, from, i === end - 1 ? to : sizeOf(each), visit)
    })
    open = waiting
    if (waiting.length > 0) return
    passAll(learned, missing)
    missing = 0
  }
}
