import { columnsOf, isCategory, widthOf } from '../../features/field.js'
import { fieldOf, labelsOf } from '../../features/kinds.js'
import { figure } from '../page/numbers.js'
import { namesOf, type View } from '../page/view.js'
import type { Column } from './net.js'

/** One unit that is drawn: its place in its column's vector, and what it is called. */
export interface Unit {
  readonly index: number
  readonly label: string
}

/** A category with more names than this shows the one that the example has. */
const MOST_NAMES = 6
/** A column with more units than this is drawn as a grid, without names. */
export const MOST_UNITS = 32

/** The inputs that mean something now: a category's free columns are left out. */
export const inputUnits = (view: View): readonly Unit[] => {
  let start = 0
  let place = 0
  return Object.entries(view.description.features).flatMap(([name, settings]): Unit[] => {
    const field = fieldOf(settings)
    const first = start
    const i = place
    place += widthOf(field)
    // a sparse row is no part of the first layer's vector
    if (field.sparse) return []
    start += columnsOf(field)
    const labels = labelsOf(field, name, namesOf(view, name))
    if (!isCategory(field) || labels.length <= MOST_NAMES)
      return labels.map((label, at) => ({ index: first + at, label }))
    const at = view.sample?.x[i] ?? Number.NaN
    return [{ index: first + (at >= 0 ? at : 0), label: (at >= 0 && labels[at]) || `${name} unseen` }]
  })
}

/** The outputs: numbers by their target's name, classes by theirs. */
export const outputUnits = (view: View, { size }: Column): readonly Unit[] => {
  const targets = Object.entries(view.description.target)
  const [name = '', field] = targets[0] ?? []
  if (!field || !isCategory(fieldOf(field))) return targets.map(([label], index) => ({ index, label }))
  const names = namesOf(view, name)
  if (size === 1) return [{ index: 0, label: `${names[1] ?? name}` }]
  return names.slice(0, size).map((value, index) => ({ index, label: `${value}` }))
}

export const unitsOf = (view: View, columns: readonly Column[], i: number): readonly Unit[] => {
  const column = columns[i] as Column
  const units = i === 0 ? inputUnits(view) : i === columns.length - 1 ? outputUnits(view, column) : undefined
  if (units !== undefined && units.length > 0) return units
  return Array.from({ length: column.size }, (_, index) => ({ index, label: '' }))
}

/** What an output means: a class's probability, or the number before its scale. */
export const outputTexts = (view: View, outputs: readonly number[], units: readonly Unit[]): readonly string[] => {
  const [field] = Object.values(view.description.target)
  if (!field || !isCategory(fieldOf(field))) return units.map(({ index }) => figure(outputs[index]))
  if (outputs.length === 1) return [percent(1 / (1 + Math.exp(-(outputs[0] ?? 0))))]
  const logits = units.map(({ index }) => outputs[index] ?? 0)
  const most = Math.max(...logits)
  const total = logits.reduce((sum, z) => sum + Math.exp(z - most), 0)
  return logits.map((z) => percent(Math.exp(z - most) / total))
}

const percent = (p: number): string => `${(p * 100).toFixed(p >= 0.0995 ? 0 : 1)} %`
