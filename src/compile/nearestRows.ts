import { isCategory } from '../features/field.js'
import { CLASSES } from '../program/abi.js'
import { bytesOf } from '../program/assembler.js'
import { emitColumns } from './emitStatistics.js'
import { type MixtureSite, NEAREST, type NearestPlace } from './mixture.js'

/** The last rows that were learned, which experts search for the nearest ones, as a part of the statistics. */
export interface NearestRows {
  /** Where the inputs of the circuit stand that hold what the labels of the nearest rows say. */
  readonly inputs: ReadonlyMap<string, number>
  readonly memories: readonly NearestPlace[]
  emitInputs(): void
  emitColumns(): void
  emitCommit(): void
}

/** The most numbers of features that a memory keeps; it keeps fewer rows of many columns. */
const MOST_NUMBERS = 16_384

/**
 * Places a memory of rows for each input that names one: `#nearest3of300` holds the mean of the labels of the 3 rows
 * nearest to a row among the last 300, or the share of each class. A row is kept as the columns that it had when it was
 * learned. Before the first row, a number reads as the running mean, and no class has a share.
 */
export const placeNearest = ({ plan, regions, tools, fields }: MixtureSite): NearestRows => {
  const { targets, columns } = fields
  const labels = fields.labelsAt(0)
  const { emit } = tools
  const isClass = targets.some(isCategory)
  const bytes = bytesOf(plan.precision)
  const n = columns.total
  const memories = plan.circuit.nodes.flatMap(({ op, name = '', shape }) => {
    if (op !== 'input' || !name.startsWith(NEAREST)) return []
    const [k, rows] = name.slice(NEAREST.length).split('of').map(Number)
    const size = shape[0] as number
    const m = Math.min(rows, Math.max(k, Math.floor(MOST_NUMBERS / Math.max(n, 1))))
    const address = regions.statistics.take(1 + m * (n + targets.length))
    return { name, k, m, size, address, raw: tools.scratch(size + n), place: regions.activations.take(size) }
  })
  return {
    inputs: new Map(memories.map(({ name, place }) => [name, place])),
    memories: memories.map(({ name, address, m, k }) => ({ name, address, n, m, k })),
    emitInputs() {
      for (const { k, m, size, address, raw, place } of memories) {
        const flags = 2 * size + (isClass ? CLASSES : 0)
        emit('nearest', { out: raw, a: columns.start, b: address, n, m, k, flags })
        if (isClass) emit('cast', { out: place, a: raw, n: size })
        else {
          const numbers = targets.map((field, i) => ({
            field,
            statistics: labels[i].statistics,
            raw: raw + 8 * i,
            columns: place + bytes * i,
          }))
          emitColumns(tools, numbers, false, true)
        }
      }
    },
    emitColumns() {
      // Each row is encoded as if it were the only one since the rows before it were committed.
      if (memories.length > 0) emitColumns(tools, fields.inputs, true)
    },
    emitCommit() {
      for (const { m, address } of memories)
        emit('remember', { out: address, a: columns.start, b: labels[0].raw, n, m, k: targets.length })
    },
  }
}
