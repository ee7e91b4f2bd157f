import { columnsOf, type Field, type Fields, fanInOf } from '../features/field.js'
import type { Layer, SparseInput } from '../layers/layer.js'
import { isTaken } from '../layers/layersCircuit.js'

/** What features become as inputs of layers: how many columns, how many of them nonzero in a row, and the sparse rows. */
export interface ColumnCounts {
  readonly columns: number
  readonly fanIn: number
  readonly sparse: readonly SparseInput[]
}

/** @param layers decide whether a category is read by index */
export const countColumns = (features: Fields, layers: readonly Layer[]): ColumnCounts => {
  let columns = 0
  let fanIn = 0
  const sparse: SparseInput[] = []
  for (const [name, field] of Object.entries<Field>(features)) {
    const row = field.sparse ? field : field.indexed?.()
    const rows = row?.sparse?.().rows
    const input = row && rows !== undefined && { name, width: columnsOf(row), rows, indexed: row !== field }
    fanIn += fanInOf(field)
    if (input && (!input.indexed || isTaken(layers, input))) sparse.push(input)
    else columns += columnsOf(field)
  }
  return { columns, fanIn, sparse }
}
