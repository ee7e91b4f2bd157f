import { RejectedRowError } from '../../../errors.js'
import { explain } from '../../../explain/explain.js'
import type { Model } from '../../../model.js'
import type { Row } from '../../../values.js'
import type { RowAt } from '../../sources/index.js'

/** Explains the predictions of some rows, each before it is learned. */
export interface RowExplainer {
  /** Cuts rows at those that are to be explained; each of these begins a piece. */
  cut(at: readonly RowAt[], rowsBefore: number): RowAt[][]
  /** Explains the first row of a piece, if it is to be. */
  before(piece: readonly RowAt[]): void
  /** The explanation of the last row, if that alone is wanted. */
  readonly last: string | undefined
}

/**
 * @param which the number of rows of which one is explained, or 'last'
 * @param tell is told of each explanation, unless only the last one is wanted
 */
export const openRowExplainer = (
  model: Model,
  which: number | 'last',
  tell: (text: string) => void,
  file?: () => string,
): RowExplainer => {
  const wanted = new Set<RowAt>()
  let last: (() => string) | undefined
  return {
    get last() {
      return last?.()
    },
    cut(at, rowsBefore) {
      const pieces: RowAt[][] = [[]]
      at.forEach((each, i) => {
        const isWanted = which === 'last' ? i === at.length - 1 : (rowsBefore + i + 1) % which === 0
        if (isWanted) {
          wanted.add(each)
          pieces.push([])
        }
        pieces.at(-1)!.push(each)
      })
      return pieces.filter((piece) => piece.length > 0)
    },
    before([first]) {
      if (first === undefined || !wanted.delete(first)) return
      const explanation = prepared(model, first.row)
      if (explanation === undefined) return
      const at = `${file === undefined ? '' : `${file()}, `}line ${first.line}: `
      const text = (): string => at + explanation()
      // Any row may prove to be the last one, and an explanation takes long.
      if (which === 'last') last = text
      else tell(text())
    },
  }
}

/** Copies what an explanation of a row reads; undefined for a row that the model rejects, which is told later. */
const prepared = (model: Model, row: Row): (() => string) | undefined => {
  try {
    const { description, experts } = model
    const [prediction, publication] = [model.predict(row), model.publish()]
    const then = { description, experts, predict: () => prediction, publish: () => publication }
    return () => explain(then as unknown as Model, row).text
  } catch (error) {
    if (!(error instanceof RejectedRowError)) throw error
    return undefined
  }
}
