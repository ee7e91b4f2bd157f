import { reverse } from '../autodiff/reverse.js'
import { createBuilder } from '../circuit/build.js'
import { createForwardPass } from '../compile/forwardPass.js'
import { NEAREST } from '../compile/mixture.js'
import { linkOf, namedOutput, outputVector } from '../compile/trainingGraph.js'
import { columnsOf, type Field } from '../features/field.js'
import type { Expression } from '../graph/expression.js'
import { type Circuit, sizeOf } from '../graph/graph.js'
import type { Core } from '../model/state/core.js'
import type { Floats } from '../values.js'
import { type Asked, askedOf } from './asked.js'

/** A number that a row's features give, as a function of how much of each of them is there. */
export interface Response {
  /** The features' numbers as the circuit reads them, and the feature that each belongs to. */
  readonly columns: readonly number[]
  readonly featureOf: readonly number[]
  /** For a column that is an entry of a sparse row, the entry's index. */
  readonly indexOf: readonly (number | undefined)[]
  /** Computes f(t·x); `slopes`, as long as the columns, receives x_j ∂f/∂x_j there. */
  at(t: number, slopes: Float64Array): number
  /** Reads the row that was last predicted in the core, and the model; undefined if the graph is that of a single row. */
  readonly refill: (() => void) | undefined
  /**
   * Computes f(0) where experts remember the rows that are nearest to one of which only these features are there;
   * undefined if none does.
   */
  readonly nearestTo: ((present: readonly boolean[]) => number) | undefined
}

/**
 * Builds f in f64 from the row that was last predicted in a core. All that is no feature, such as the weights of experts
 * and the labels that they recall, stays as it is.
 */
export const createResponse = (core: Core, circuit: Circuit, { place, logit }: Asked): Response => {
  const { plan, program, tensors } = core
  const { inputs } = program.places
  const bytes = core.view.BYTES_PER_ELEMENT
  const names = Object.keys(plan.features)
  const fields: readonly Field[] = Object.values(plan.features)
  const fixed: { readonly id: number; readonly values: () => ArrayLike<number> }[] = []
  const moving: { readonly id: number; readonly from: number; readonly values: () => readonly number[] }[] = []
  /** Where in memory the columns stand that are compared with those of earlier rows, and the inputs with what these say. */
  const compared: { readonly address: number; readonly from: number; readonly size: number }[] = []
  const recalled: { readonly id: number; readonly values: () => ArrayLike<number> }[] = []
  const columns: number[] = []
  const featureOf: number[] = []
  const indexOf: (number | undefined)[] = []
  /** Whether the graph holds the entries of this row alone. */
  let isOfRow = false

  const builder = createBuilder()
  const { ops } = builder
  const read = (address: number, size: number): number[] =>
    Array.from(core.view.subarray(address / bytes, address / bytes + size))
  const hold = (name: string, shape: readonly number[], values: () => ArrayLike<number>): Expression => {
    const leaf = ops.input(name, shape)
    fixed.push({ id: leaf.id, values })
    return leaf
  }
  const move = (name: string, shape: readonly number[], values: () => readonly number[]): Expression => {
    const leaf = ops.input(name, shape)
    moving.push({ id: leaf.id, from: columns.length, values })
    columns.push(...values())
    return leaf
  }
  /** The entries of each sparse row: their values as a leaf, and their indices. */
  const entries = new Map<number, { readonly values: Expression; readonly indices: readonly number[] }>()
  /** What is computed of a sparse row as it stands in memory, by the row: a layer takes single entries out of it. */
  const packed = new Map<number, number>()
  const made: Expression[] = []
  const tables = tablesOf(circuit)
  const valuesOf = (name: string): Floats => {
    const { offset, size } = tensors.find((tensor) => tensor.name === name)!
    return core.region('parameters').subarray(offset, offset + size)
  }
  /** Returns the entry that starts at a place of a sparse row, or one of 0 if the row has fewer. */
  const entryAt = (
    whole: number,
    start: number,
  ): { readonly values: Expression; readonly indices: readonly number[] } => {
    const { values, indices } = entries.get(whole)!
    const k = (start - 1) / 2
    if (k >= indices.length) return { values: hold(`#none${whole}.${k}`, [1], () => [0]), indices: [0] }
    return { values: ops.slice(values, k, k + 1), indices: [indices[k]] }
  }
  circuit.nodes.forEach(({ op, inputs: from, shape, name = '', attributes }, id) => {
    const given = from.map((input) => made[input])
    if (op === 'weight') {
      if (!tables.has(id)) made[id] = hold(name, shape, () => valuesOf(name))
    } else if (op === 'input') {
      const readRow = (): number[] => read(inputs.get(name) as number, sizeOf(shape))
      const row = readRow()
      const feature = names.indexOf(name)
      if (name.startsWith('#')) {
        made[id] = hold(name, shape, readRow)
        if (name.startsWith(NEAREST)) recalled.push({ id: made[id].id, values: readRow })
      } else if (fields[feature]?.sparse) {
        isOfRow = true
        const indices = Array.from({ length: row[0] }, (_, k) => row[1 + 2 * k])
        featureOf.push(...indices.map(() => feature))
        indexOf.push(...indices)
        // A row without entries gives nothing, as one entry of 0 does.
        const values =
          row[0] > 0 ? move(name, [row[0]], () => indices.map((_, k) => row[2 + 2 * k])) : hold(name, [1], () => [0])
        entries.set(id, { values, indices: row[0] > 0 ? indices : [0] })
        packed.set(id, id)
      } else {
        compared.push({ address: inputs.get(name) as number, from: columns.length, size: row.length })
        made[id] = move(name, shape, readRow)
        // A vector of all columns holds those of the features that have no sparse row, in order.
        const isOne = feature >= 0 && columnsOf(fields[feature]) === row.length
        const own = isOne ? [feature] : fields.flatMap((field, i) => (field.sparse ? [] : i))
        for (const i of own) for (let k = 0; k < columnsOf(fields[i]); k++) featureOf.push(i)
        indexOf.push(...row.map(() => undefined))
      }
    } else if (op !== 'sparseDense' && packed.has(from[0])) {
      const whole = packed.get(from[0]) as number
      packed.set(id, whole)
      if (op === 'concat') entries.set(id, entryAt(whole, circuit.nodes[from[1]].attributes?.start as number))
    } else if (op === 'sparseDense') {
      const { values, indices } = entries.get(from[0])!
      const [, W, bias] = given
      const m = shape[0]
      const table = tables.has(from[1]) ? valuesOf(circuit.nodes[from[1]].name as string) : undefined
      const rows = table
        ? hold(`#rows${id}`, [indices.length, m], () => indices.flatMap((i) => [...table.subarray(i * m, (i + 1) * m)]))
        : ops.concat(indices.map((i) => ops.slice(W, i, i + 1, 0)))
      made[id] = ops.dense(values, rows, bias)
    } else if (op === 'constant') made[id] = ops.constant(attributes?.value as number | readonly number[], shape)
    else made[id] = builder.apply(op, given, attributes)
  })

  const outputs = Object.fromEntries(Object.entries(circuit.outputs).map(([name, id]) => [name, made[id].id]))
  const raw = outputVector({ nodes: builder.nodes, outputs }, builder)
  const { output, known } = namedOutput(plan, builder, raw)
  const count = (): number => core.vocabularies[core.features]?.values.length ?? 0
  const isKnown = (): number[] => Array.from({ length: plan.outputs }, (_, i) => Number(i < count()))
  if (known) fixed.push({ id: known.id, values: isKnown })
  const f = askedOf(builder, { place, logit }, plan.outputs === 1 && plan.loss.task === 'category', output, () =>
    linkOf(plan, ops, raw, known && output),
  )
  const { adjoint } = reverse(
    builder,
    new Map([[f.id, ops.constant(1)]]),
    moving.map(({ id }) => id),
  )
  const slopesOf = moving.map(({ id }) => adjoint.get(id)?.id)
  const pass = createForwardPass(builder, [f.id, ...slopesOf.flatMap((id) => id ?? [])])
  const fill = (): void => {
    for (const { id, values } of fixed) pass.numbers(id).set(values())
    for (const { from, values } of moving)
      values().forEach((value, k) => {
        columns[from + k] = value
      })
  }
  fill()

  const response: Response = {
    ...{ columns, featureOf, indexOf, refill: isOfRow ? undefined : fill },
    nearestTo:
      recalled.length === 0
        ? undefined
        : (present) => {
            for (const { address, from, size } of compared)
              for (let k = 0; k < size; k++)
                core.view[address / bytes + k] = present[featureOf[from + k]] ? columns[from + k] : 0
            core.run('forward', 0, 1)
            for (const { id, values } of recalled) pass.numbers(id).set(values())
            return response.at(0, new Float64Array(columns.length))
          },
    at(t, slopes) {
      for (const { id, from } of moving) {
        const numbers = pass.numbers(id)
        for (let k = 0; k < numbers.length; k++) numbers[k] = t * columns[from + k]
      }
      pass.run()
      moving.forEach(({ id: leaf, from }, i) => {
        const id = slopesOf[i]
        const gradient = id === undefined ? undefined : pass.numbers(id)
        const size = pass.numbers(leaf).length
        for (let k = 0; k < size; k++) slopes[from + k] = gradient ? gradient[k] * columns[from + k] : 0
      })
      return pass.numbers(f.id)[0]
    },
  }
  return response
}

/** Returns the weights of which a row reads a few rows at most, and nothing else does. */
const tablesOf = ({ nodes }: Circuit): ReadonlySet<number> => {
  const isRead = (op: string, slot: number): boolean => op === 'sparseDense' && slot === 1
  const readBy = (wanted: boolean): number[] =>
    nodes.flatMap(({ op, inputs }) => inputs.filter((_, slot) => isRead(op, slot) === wanted))
  const others = new Set(readBy(false))
  return new Set(readBy(true).filter((id) => nodes[id].op === 'weight' && !others.has(id)))
}
