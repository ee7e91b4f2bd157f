import type { AnyLearned } from '../src/metrics/observed.js'
import { isLabelled } from '../src/model/learn/openWindow.js'

/** Looks at the rows of a record from one to before another, all of which have a label. */
export type Visit<R> = (learned: AnyLearned<R>, from: number, to: number) => void

/**
 * Gathers rows until a step has learned them, so that what an operator keeps of them stands at the same row as θ.
 * Returns a function that takes the next record, and visits the rows that its step has learned, in their order.
 */
export const gathering = <R>(targets: number): ((learned: AnyLearned<R>, visit: Visit<R>) => void) => {
  /** The records with rows that are not learned yet, and the first of them in each. */
  let open: { readonly learned: AnyLearned<R>; readonly from: number }[] = []
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

  /** Visits each stretch of rows that have a label. */
  const visitLabelled = (learned: AnyLearned<R>, from: number, to: number, visit: Visit<R>): void => {
    let start = from
    for (let i = from; i < to; i++) {
      if (isLabelled(learned.actual, i, targets)) continue
      if (i > start) visit(learned, start, i)
      start = i + 1
    }
    if (to > start) visit(learned, start, to)
  }

  return (learned, visit) => {
    // Rows that no step will learn are not kept.
    if (hasLabel(learned)) open.push({ learned, from: 0 })
    if (!learned.update) return
    const { size } = learned.update
    // All windows that one element closes have the same size; the rest waits for the next step.
    let rest = size === 1 ? 0 : labelled() % size
    const waiting: typeof open = []
    let end = open.length
    let to = end > 0 ? sizeOf(open[end - 1].learned) : 0
    while (rest > 0) {
      const { learned: last, from } = open[end - 1]
      while (rest > 0 && to > from) if (isLabelled(last.actual, --to, targets)) rest--
      waiting.unshift({ learned: last, from: to })
      if (rest === 0) break
      end--
      to = sizeOf(open[end - 1].learned)
    }
    open.slice(0, end).forEach(({ learned: each, from }, i) => {
      visitLabelled(each, from, i === end - 1 ? to : sizeOf(each), visit)
    })
    open = waiting
  }
}
