import { columnsOf, isSparse } from '../features/field.js'
import type { Tensor } from '../program/tensor.js'
import type { Snapshot } from '../records.js'
import type { Floats } from '../values.js'
import type { Known, LeftOut } from './fit.js'
import { type TensorPlaces, tensorPlaces } from './tensorPlaces.js'

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
  const [was, is] = [from, into].map(({ description }, i) =>
    tensorPlaces(description.circuit, [old, tensor][i]!.name),
  ) as [TensorPlaces, TensorPlaces]
  const shapes = `its shape was ${old.shape.join(' × ') || 1}, and is ${tensor.shape.join(' × ') || 1}`
  if (was.isOutput !== is.isOutput || was.direct?.op !== is.direct?.op || `${was.reads}` !== `${is.reads}`)
    return 'it reads something else'
  const [units, unitsOld] = [tensor.shape.at(-1) ?? 1, old.shape.at(-1) ?? 1]
  const outputs = is.isOutput ? outputsOf(from, into, unitsOld, units) : undefined
  if (typeof outputs === 'string') return outputs
  const [size, sizeOld] = [tensor.size / units, old.size / unitsOld]
  const isDirect = is.direct?.op === 'dense' && is.direct.node.name === 'x'
  const rows = isDirect ? rowsOf(from, into, fits) : [[0, 0, size] as const]
  if (!outputs && units !== unitsOld) return shapes
  if (!isDirect && (size !== sizeOld || tensor.shape.length !== old.shape.length)) return shapes
  if (!isDirect && !is.reads.every((name) => isSame(from, into, name, fits)))
    return 'the columns that it reads are others'
  const places = outputs ?? Array.from({ length: units }, (_, i) => [i, i] as const)
  return (a, b) => {
    for (const [start, at, count] of rows)
      for (let row = 0; row < count; row++)
        for (const [left, right] of places)
          b[tensor.offset + (at + row) * units + right] = a[old.offset + (start + row) * unitsOld + left]!
  }
}

/** Returns the places of the outputs in both, undefined if they are the same, or why they are others. */
const outputsOf = (
  from: Known,
  into: Known,
  unitsOld: number,
  units: number,
): readonly (readonly [number, number])[] | string | undefined => {
  const [before, now] = [from, into].map(({ target }) =>
    Object.entries(target).map(([name, { kind }]) => `${kind} ${name}`),
  )
  if (`${before}` === `${now}`) return undefined
  const isEach = unitsOld === before!.length && units === now!.length
  const pairs = now!.flatMap((name, i) => (before!.includes(name) ? [[before!.indexOf(name), i] as const] : []))
  return isEach && pairs.length > 0 ? pairs : 'the targets are others'
}

/** Whether an input has the same columns in both, and what is known of them was taken over. */
const isSame = (from: Known, into: Known, name: string, fits: Fits): boolean => {
  if (name === 'x') return sameColumns(from, into, fits)
  // Earlier labels, and what remembered rows say.
  if (name.startsWith('#')) return Object.keys(into.target).every((each) => fits(`target '${each}'`))
  return fits(`feature '${name}'`)
}

/** Returns where the columns of each feature that was taken over stand in both, and how many there are. */
const rowsOf = (from: Known, into: Known, fits: Fits): readonly (readonly [number, number, number])[] => {
  const rows = placesOf(from)
  return [...placesOf(into)].flatMap(([name, { at, count }]) => {
    const place = rows.get(name)
    return place && fits(`feature '${name}'`) ? [[place.at, at, Math.min(count, place.count)] as const] : []
  })
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
/** Whether the columns of all features that are not sparse are the same. */
export const sameColumns = (from: Known, into: Known, fits: Fits): boolean => {
  const places = [...placesOf(into)]
  return (
    JSON.stringify([...placesOf(from)]) === JSON.stringify(places) &&
    places.every(([name]) => fits(`feature '${name}'`))
  )
}
