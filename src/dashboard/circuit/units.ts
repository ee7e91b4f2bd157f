import { columnsOf, isCategory, widthOf } from '../../features/field.js'
import { knownFieldOf, labelsOf } from '../../features/kinds.js'
import { isNumber } from '../page/fields.js'
import { figure } from '../page/numbers.js'
import { namesOf, type View } from '../page/view.js'
import type { LayerColumn } from './net.js'

/** A unit that is drawn: its index in its column's vector, and its name. */
export interface Unit {
  readonly index: number
  readonly label: string
}

/** A category with more names than this shows only the name that the example has. */
const MOST_NAMES = 6
/** A column with more units than this is drawn as a grid, without names. */
export const MOST_UNITS = 32

/**
 * Returns how many columns a field of an unknown kind has, as far as the circuit tells: a single such field has all
 * that the known fields leave, and several have one each. It is NaN if that cannot be told.
 */
const columnsOfUnknown = ({ description }: View, size: number): number => {
  const fields = Object.values(description.features).map((settings) => knownFieldOf(settings))
  const unknown = fields.filter((field) => !field).length
  const left = fields.reduce((sum, field) => sum - (field && !field.sparse ? columnsOf(field) : 0), size)
  return unknown < 2 || unknown === left ? left / Math.max(1, unknown) : Number.NaN
}

/** Returns the inputs that have a meaning now: the free columns of a category are left out. */
export const inputUnits = (view: View, size: number): readonly Unit[] => {
  const unknownColumns = columnsOfUnknown(view, size)
  if (Number.isNaN(unknownColumns)) return []
  let start = 0
  let place = 0
  return Object.entries(view.description.features).flatMap(([name, settings]): Unit[] => {
    const field = knownFieldOf(settings)
    const first = start
    const i = place
    if (!field) {
      start += unknownColumns
      place += 1
      return Array.from({ length: unknownColumns }, (_, at) => ({
        index: first + at,
        label: unknownColumns === 1 ? name : `${name} ${at + 1}`,
      }))
    }
    place += widthOf(field)
    // A sparse row is not part of the first layer's vector.
    if (field.sparse) return []
    start += columnsOf(field)
    const labels = labelsOf(field, name, namesOf(view, name))
    if (!isCategory(field) || labels.length <= MOST_NAMES)
      return labels.map((label, at) => ({ index: first + at, label }))
    const at = view.sample?.x[i] ?? Number.NaN
    return [{ index: first + (at >= 0 ? at : 0), label: (at >= 0 && labels[at]) || `${name} unseen` }]
  })
}

/** Returns the outputs: numbers have the name of their target, classes have their own. */
export const outputUnits = (view: View, { size }: LayerColumn): readonly Unit[] => {
  const targets = Object.entries(view.description.target)
  const [name = '', field] = targets[0] ?? []
  if (isNumber(field)) return targets.length === size ? targets.map(([label], index) => ({ index, label })) : []
  const names = namesOf(view, name)
  if (size === 1) return [{ index: 0, label: `${names[1] ?? name}` }]
  return names.slice(0, size).map((value, index) => ({ index, label: `${value}` }))
}

export const unitsOf = (view: View, columns: readonly LayerColumn[], i: number): readonly Unit[] => {
  const column = columns[i]
  const units =
    i === 0 ? inputUnits(view, column.size) : i === columns.length - 1 ? outputUnits(view, column) : undefined
  if (units !== undefined && units.length > 0) return units
  return Array.from({ length: column.size }, (_, index) => ({ index, label: '' }))
}

/** Returns what the outputs mean: the probability of a class, or the number before it is unscaled. */
export const outputTexts = (view: View, outputs: readonly number[], units: readonly Unit[]): readonly string[] => {
  const [field] = Object.values(view.description.target)
  if (isNumber(field)) return units.map(({ index }) => figure(outputs[index]))
  if (outputs.length === 1) return [percent(1 / (1 + Math.exp(-(outputs[0] ?? 0))))]
  const logits = units.map(({ index }) => outputs[index] ?? 0)
  const most = Math.max(...logits)
  const total = logits.reduce((sum, z) => sum + Math.exp(z - most), 0)
  return logits.map((z) => percent(Math.exp(z - most) / total))
}

const percent = (p: number): string => `${(p * 100).toFixed(p >= 0.0995 ? 0 : 1)} %`
