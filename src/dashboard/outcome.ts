import type { Field } from '../features/field.js'
import type { FieldSettings } from '../features/kind.js'
import type { Value } from '../values.js'
import type { Sample } from '../wire/index.js'
import { isNumber } from './page/fields.js'
import { figure, signed } from './page/numbers.js'

/** Returns the prediction, the truth, and the distance between them. */
export const outcomeOf = (
  target: Readonly<Record<string, FieldSettings | Field>>,
  { predicted, loss }: Sample,
  truths: readonly (Value | undefined)[],
): readonly (readonly [string, string])[] => {
  const fields = Object.entries(target)
  const [name, field] = fields[0] ?? []
  const [truth] = truths
  // Classes may be numbers too, but their distances mean nothing.
  const distance =
    isNumber(field) && typeof predicted === 'number' && typeof truth === 'number' ? predicted - truth : undefined
  return [
    [`predicted ${name ?? ''}`, textOf(predicted, field, figure)],
    ['truth', fields.map(([, each], i) => textOf(truths[i], each, figure)).join(', ')],
    ...(distance === undefined ? [] : [['error', signed(distance)] as const]),
    ['loss', figure(loss)],
  ]
}

/** Returns the text of a value: a number as `write` formats it, and a name as it is. */
export const textOf = (
  value: Value | undefined,
  field: FieldSettings | Field | undefined,
  write: (x: number) => string,
): string =>
  value === undefined ? 'missing' : typeof value === 'number' && isNumber(field) ? write(value) : `${value}`
