import { columnsOf, type Fields } from '../features/field.js'
import { type Node, sizeOf } from '../graph/graph.js'
import type { Region } from '../program/assembler.js'

/** The circuit's inputs in the arena (byte addresses). */
export interface ColumnPlaces {
  readonly start: number
  /** How many there are, but for the hashed ones. */
  readonly total: number
  /** The first column of each feature. */
  readonly addresses: readonly number[]
  /** Where each input of the circuit reads. */
  readonly byInput: ReadonlyMap<string, number>
}

/** Where each feature's columns stand: one after another, the sparse ones behind, so that all others are also one vector. */
export const placeColumns = (nodes: readonly Node[], features: Fields, region: Region): ColumnPlaces => {
  const start = region.base + region.bytes
  const fields = Object.values(features)
  const taken = (sparse: boolean): readonly number[] =>
    fields.map((field) => ((field.sparse !== undefined) === sparse ? region.take(columnsOf(field)) : -1))
  const [dense, sparse] = [taken(false), taken(true)]
  const addresses = fields.map((_, i) => Math.max(dense[i] as number, sparse[i] as number))
  const total = fields.reduce((sum, field) => sum + (field.sparse ? 0 : columnsOf(field)), 0)
  const names = Object.keys(features)
  const inputs = nodes.filter(({ op }) => op === 'input')
  const others = inputs.filter(({ name = '' }) => features[name]?.sparse === undefined)
  const byInput = new Map(
    inputs.map(({ name = '', shape }): [string, number] => {
      // a circuit of one vector takes all columns but the hashed ones; else an input is the feature of its name
      if (others.length === 1 && others[0]?.name === name && shape.length === 1 && shape[0] === total)
        return [name, start]
      const field = features[name]
      if (!field || sizeOf(shape) !== columnsOf(field))
        throw new RangeError(
          field
            ? `createModel: the circuit's input '${name}' takes ${sizeOf(shape)} numbers, and feature '${name}' gives ${columnsOf(field)}.`
            : `createModel: the circuit's input '${name}' is not a feature; the features are ${names.join(', ')}.`,
        )
      return [name, addresses[names.indexOf(name)] as number]
    }),
  )
  return { start, total, addresses, byInput }
}
