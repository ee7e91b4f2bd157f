import type { NearestPlace } from '../compile/mixture.js'
import { isCategory } from '../features/field.js'
import type { Node } from '../graph/graph.js'
import type { Core } from '../model/state/core.js'

/** The rows that an expert remembers, the newest first, and how many of them it averages. */
export interface NearestRows {
  readonly neighbors: number
  /** The columns of each row, of all features that are not sparse, side by side. */
  readonly rows: readonly (readonly number[])[]
  /** The labels of each row: a number for each target, or the column of its class, −1 for one without a column. */
  readonly labels: readonly (readonly number[])[]
}

/** Returns the rows that stand in a memory, as `compile/nearestRows.ts` lays them out. */
const rowsIn = ({ f64, targets }: Core, { address, n, m, k }: NearestPlace): NearestRows => {
  const base = address >> 3
  const count = f64[base]
  const known = Math.min(count, m)
  const slots = Array.from({ length: known }, (_, age) => (count - 1 - age) % m)
  const read = (slot: number, first: number, size: number): readonly number[] =>
    Array.from({ length: size }, (_, j) => f64[base + 1 + (first + j) * m + slot])
  return {
    neighbors: k,
    rows: slots.map((slot) => read(slot, 0, n)),
    labels: slots.map((slot) => read(slot, n, targets)),
  }
}

/** Returns the remembered rows by the inputs of the circuit that hold what the nearest of them say. */
export const nearestRowsOf = (core: Core, nodes: readonly Node[]): ReadonlyMap<number, NearestRows> => {
  const places = core.program.places.experts?.nearest ?? []
  return new Map(
    nodes.flatMap(({ op, name }, id) => {
      const place = op === 'input' && places.find((each) => each.name === name)
      return place ? [[id, rowsIn(core, place)] as const] : []
    }),
  )
}

/** Returns what each row says as a list of numbers: its labels, or 1 in the column of its class among so many. */
export const saidBy = (
  { labels }: NearestRows,
  target: Parameters<typeof isCategory>[0],
  size: number,
): readonly (readonly number[])[] =>
  isCategory(target) ? labels.map(([column]) => Array.from({ length: size }, (_, i) => Number(i === column))) : labels
