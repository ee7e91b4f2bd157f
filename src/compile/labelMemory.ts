import { isCategory } from '../features/field.js'
import { F64 } from '../program/abi.js'
import { bytesOf } from '../program/assembler.js'
import { emitColumns } from './emitStatistics.js'
import { LAST, type MixtureSite } from './mixture.js'

/** The last labels of the rows that were learned, which experts read, as a part of the statistics. */
export interface LabelMemory {
  /** Where the inputs of the circuit that hold earlier labels stand. */
  readonly inputs: ReadonlyMap<string, number>
  /** The queues of labels by target; their length is 0 if no expert reads a label. */
  readonly queues: readonly { readonly address: number; readonly length: number }[]
  readonly initials: readonly { readonly address: number; readonly value: number }[]
  emitInputs(): void
  emitCommit(): void
}

/**
 * Places a queue of labels for each target, the oldest first, as long as the furthest label that an input names:
 * `#last12` holds those of twelve rows ago. Until so many are known, the oldest one stands for the unknown ones; before
 * the first label, a number is 0, which reads as the running mean, and a class is none.
 */
export const placeLabels = ({ plan, regions, tools, fields }: MixtureSite): LabelMemory => {
  const { targets } = fields
  const labels = fields.labelsAt(0)
  const { emit } = tools
  const read = plan.circuit.nodes.flatMap(({ op, name = '', shape }) =>
    op === 'input' && name.startsWith(LAST)
      ? [{ name, size: shape[0] as number, ago: Number(name.slice(LAST.length)) }]
      : [],
  )
  const length = read.reduce((most, { ago }) => Math.max(most, ago), 0)
  const isClass = targets.some(isCategory)
  const bytes = bytesOf(plan.precision)
  const queues = targets.map(() => (length > 0 ? regions.statistics.take(length) : -1))
  // A queue of several numbers is filled with the first label.
  const empty = length > 1 && !isClass ? regions.statistics.take(1) : undefined
  const first = empty === undefined ? -1 : tools.scratch(1)
  const places = read.map(({ size }) => regions.activations.take(size))

  return {
    inputs: new Map(read.map(({ name }, i) => [name, places[i]])),
    queues: queues.map((address) => ({ address, length })),
    initials: [
      ...(empty === undefined ? [] : [{ address: empty, value: 1 }]),
      ...(isClass ? Array.from({ length }, (_, i) => ({ address: queues[0] + 8 * i, value: -1 })) : []),
    ],
    emitInputs() {
      read.forEach(({ size, ago }, i) => {
        const raw = queues.map((queue) => queue + 8 * (length - ago))
        if (isClass) emit('oneHot', { out: places[i], a: raw[0], n: size })
        else {
          const columns = targets.map((field, k) => ({
            field,
            statistics: labels[k].statistics,
            raw: raw[k],
            columns: places[i] + bytes * k,
          }))
          emitColumns(tools, columns, false, true)
        }
      })
    },
    emitCommit() {
      if (length === 0) return
      queues.forEach((queue, i) => {
        if (empty !== undefined) {
          emit('mul', { out: first, a: labels[i].raw, b: empty, n: 1, type: F64 })
          emit('shiftBy', { out: queue, a: queue, b: first, n: length, type: F64 })
        }
        if (length > 1) emit('copy', { out: queue, a: queue + 8, n: length - 1, type: F64 })
        emit('copy', { out: queue + 8 * (length - 1), a: labels[i].raw, n: 1, type: F64 })
      })
      if (empty !== undefined) emit('fill', { out: empty, n: 1, type: F64 })
    },
  }
}
