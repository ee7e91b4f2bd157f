import { columnsOf, type Fields } from '../features/field.js'
import { type Node, sizeOf } from '../graph/graph.js'
import type { Region } from '../program/assembler.js'

/** Where the circuit's inputs stand in the arena, as byte addresses. */
export interface ColumnPlaces {
  readonly start: number
  /** The number of columns, not counting hashed ones. */
  readonly total: number
  /** The address of each feature's first column. */
  readonly addresses: readonly number[]
  /** The address from which each input of the circuit reads. */
  readonly byInput: ReadonlyMap<string, number>
}

/** Assigns each feature's columns an address. Sparse features come last, so that all others also form one vector. */
export const columnPlacesOf = (nodes: readonly Node[], features: Fields, region: Region): ColumnPlaces => {
  const start = region.base + region.bytes
  const fields = Object.values(features)
  const taken = (sparse: boolean): readonly number[] =>
    fields.map((field) => ((field.sparse !== undefined) === sparse ? region.take(columnsOf(field)) : -1))
  const [dense, sparse] = [taken(false), taken(true)]
  const addresses = fields.map((_, i) => Math.max(dense[i], sparse[i]))
  const total = fields.reduce((sum, field) => sum + (field.sparse ? 0 : columnsOf(field)), 0)
  const names = Object.keys(features)
  // Inputs that are no features, such as the weights of experts, have names that begin with a mark.
  const inputs = nodes.filter(({ op, name = '' }) => op === 'input' && !name.startsWith('#'))
  const others = inputs.filter(({ name = '' }) => features[name]?.sparse === undefined)
  const byInput = new Map(
    inputs.map(({ name = '', shape }): [string, number] => {
      // A circuit with one vector input takes all columns except hashed ones; otherwise inputs are features by name.
      if (others.length === 1 && others[0]?.name === name && shape.length === 1 && shape[0] === total)
        return [name, start]
      const field = features[name]
      if (!field || sizeOf(shape) !== columnsOf(field))
        throw new RangeError(
          field
            ? `createModel: the circuit's input '${name}' takes ${sizeOf(shape)} numbers, but feature '${name}' gives ${columnsOf(field)}.`
            : `createModel: the circuit's input '${name}' is not a feature; the features are ${names.join(', ')}.`,
        )
      return [name, addresses[names.indexOf(name)]]
    }),
  )
  return { start, total, addresses, byInput }
}
