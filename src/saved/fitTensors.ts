import { columnsOf, isSparse } from '../features/field.js'
import type { Circuit, Node } from '../graph/graph.js'
import type { Tensor } from '../program/tensor.js'
import type { Snapshot } from '../records.js'
import type { Floats } from '../values.js'
import type { Known, LeftOut } from './fit.js'

type Fits = (name: string) => boolean
/** Copies a part of one vector as long as θ into another. */
type Copy = (from: Floats, into: Floats) => void

/**
 * Takes over each tensor that has the same name and shape. Of a dense layer that reads the columns of a row, the weights of
 * each column that is there in both are taken over. The optimizer's numbers follow the weights, if it is the same.
 */
export const fitTensors = (
  from: Known,
  into: Known,
  fits: Fits,
  leftOut: LeftOut[],
): Pick<Snapshot, 'parameters' | 'slots' | 'scalars'> => {
  const before = new Map(from.description.layout.map((tensor) => [tensor.name, tensor]))
  const copies = into.description.layout.flatMap((tensor) => {
    const old = before.get(tensor.name)
    before.delete(tensor.name)
    const found = old ? copyOf(from, into, old, tensor, fits) : 'it is new'
    if (typeof found !== 'string') return found
    leftOut.push({ what: tensor.name, reason: found })
    return []
  })
  for (const name of before.keys()) leftOut.push({ what: name, reason: 'the model does not have it' })
  const parameters = into.snapshot.parameters.slice()
  for (const copy of copies) copy(from.snapshot.parameters, parameters)
  return { parameters, ...fitOptimizer(from, into, copies, leftOut) }
}

/** Takes over what the optimizer has gathered for each weight; scalars are its steps, its rate, and what watches for drift. */
const fitOptimizer = (
  from: Known,
  into: Known,
  copies: readonly Copy[],
  leftOut: LeftOut[],
): Pick<Snapshot, 'slots' | 'scalars'> => {
  const { slots, scalars, parameters } = into.snapshot
  const old = from.snapshot
  const [size, sizeOld] = [parameters.length, old.parameters.length]
  const isSame =
    old.settings?.optimizer === into.snapshot.settings?.optimizer &&
    old.scalars.length === scalars.length &&
    old.slots.length * size === slots.length * sizeOld
  if (!isSame) {
    if (old.slots.length > 0) leftOut.push({ what: "the optimizer's state", reason: 'the optimizer is another' })
    return { slots, scalars }
  }
  const taken = slots.slice()
  for (let slot = 0; slot * size < slots.length; slot++) {
    const own = taken.subarray(slot * size, (slot + 1) * size)
    for (const copy of copies) copy(old.slots.subarray(slot * sizeOld, (slot + 1) * sizeOld), own)
  }
  return { slots: taken, scalars: old.scalars }
}

/** Returns how a tensor is copied, or why it is not. */
const copyOf = (from: Known, into: Known, old: Tensor, tensor: Tensor, fits: Fits): Copy | string => {
  const [read, readNow] = [readBy(from.description.circuit, old), readBy(into.description.circuit, tensor)]
  const isWhole = `${old.shape}` === `${tensor.shape}`
  const whole: Copy = (a, b) => b.set(a.subarray(old.offset, old.offset + old.size), tensor.offset)
  const shapes = `its shape was ${old.shape.join(' × ') || 1}, and is ${tensor.shape.join(' × ') || 1}`
  if (!read && !readNow) return isWhole ? whole : shapes
  if (read?.node.name !== readNow?.node.name || read?.op !== readNow?.op) return 'it reads something else'
  // The weights of a sparse field stand by its indices.
  if (read!.node.name !== 'x') return isWhole && fits(`feature '${read!.node.name}'`) ? whole : shapes
  if (read!.op !== 'dense')
    return isWhole && sameColumns(from, into, fits) ? whole : 'the columns that it reads are others'
  const units = tensor.shape[1] ?? 1
  if (units !== (old.shape[1] ?? 1)) return shapes
  const rows = placesOf(from)
  const pairs = [...placesOf(into)].flatMap(([name, { at, count }]) => {
    const place = rows.get(name)
    return place && fits(`feature '${name}'`) ? [[place.at, at, Math.min(count, place.count)] as const] : []
  })
  return (a, b) => {
    for (const [start, at, count] of pairs)
      b.set(a.subarray(old.offset + start * units, old.offset + (start + count) * units), tensor.offset + at * units)
  }
}

/** Returns the input of the circuit that a weight is multiplied with, and by which op; undefined if it reads none. */
const readBy = ({ nodes }: Circuit, { name }: Tensor): { node: Node; op: string } | undefined => {
  const id = nodes.findIndex((node) => node.op === 'weight' && node.name === name)
  for (const { op, inputs } of nodes) {
    const node = inputs[1] === id ? nodes[inputs[0]!] : undefined
    if (node?.op === 'input') return { node, op }
  }
  return undefined
}

/** Where the columns of each feature that is not sparse begin in a row, and how many there are. */
const placesOf = ({ features }: Known): Map<string, { at: number; count: number }> => {
  let at = 0
  return new Map(
    Object.entries(features).flatMap(([name, field]) => {
      if (isSparse(field)) return []
      const count = columnsOf(field)
      at += count
      return [[name, { at: at - count, count }] as const]
    }),
  )
}
const sameColumns = (from: Known, into: Known, fits: Fits): boolean => {
  const places = [...placesOf(into)]
  return (
    JSON.stringify([...placesOf(from)]) === JSON.stringify(places) &&
    places.every(([name]) => fits(`feature '${name}'`))
  )
}
