import type { CategoryField } from '../features/category.js'
import { type Field, type Fields, isCategory } from '../features/field.js'
import { shown } from '../options/shown.js'

type Targets = readonly (readonly [name: string, field: Field])[]

const targetsOf = (by: string, target: unknown, example: string): Targets => {
  if (typeof target !== 'object' || target === null || Array.isArray(target))
    throw new TypeError(`${by}: target is ${shown(target)}; expected fields by name, such as ${example}.`)
  return Object.entries(target).map(([name, field]) => [name, Object(field)])
}

/** What names a class in an example, as it would be written. */
const CLASSES = "{ spam: category({ values: ['no', 'yes'] }) }"

/**
 * Returns the number of targets, each of which has an output of its own.
 * @throws RangeError for a target that is a category
 */
export const outputsOfNumbers = (by: string, target: Fields): number => {
  const targets = targetsOf(by, target, '{ power: numeric() }')
  const other = targets.find(([, field]) => isCategory(field))
  if (other)
    throw new RangeError(
      `${by}: target '${other[0]}' is ${other[1].kind}(), a class; expected numeric(), or a model of classes, such as logisticRegression for two of them and softmaxRegression for more.`,
    )
  return Math.max(1, targets.length)
}

/** How many classes a target declares, by their names or as its capacity, and for how many it has room. */
export interface ClassCounts {
  readonly declared: number
  readonly room: number
}

/**
 * Counts the classes of a target.
 * @throws RangeError for a target that is a number, or one of several
 */
export const classesOf = (by: string, target: Fields): ClassCounts => {
  const targets = targetsOf(by, target, CLASSES)
  const other = targets.find(([, field]) => !isCategory(field))
  if (other)
    throw new RangeError(
      `${by}: target '${other[0]}' is ${other[1].kind}(), a number; expected a category, such as ${CLASSES}, or linearRegression, which predicts numbers.`,
    )
  if (targets.length > 1)
    throw new RangeError(
      `${by}: there are ${targets.length} targets, ${targets.map(([name]) => `'${name}'`).join(' and ')}; expected one category, or a model for each.`,
    )
  const [, field] = targets[0] ?? []
  const { values, capacity } = field?.names?.() ?? { values: [], capacity: 1 }
  return { declared: Math.max((field as Partial<CategoryField>)?.capacity ?? 0, values.length), room: capacity }
}

/** Returns the number of outputs: one for each number, one for two classes, and otherwise one for each class. */
export const outputsOf = (by: string, target: Fields): number => {
  const targets = targetsOf(by, target, '{ power: numeric() }')
  if (!targets.some(([, field]) => isCategory(field))) return Math.max(1, targets.length)
  const { room } = classesOf(by, target)
  return room <= 2 ? 1 : room
}
