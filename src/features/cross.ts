import { bringSparse } from '../autodiff/sparse.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { Floats } from '../values.js'
import type { Field } from './field.js'
import { writeSparseRow } from './hashedRow.js'
import type { FieldKind } from './kind.js'
import { A_NAME, isMissing, isName, MISSING } from './refusal.js'
import { checkedShape, type SparseSettings, sparseRow } from './sparseField.js'

/** The combination of the names in several columns of a row, as one name. */
export interface CrossField<Of extends string = string, M extends 'empty' | 'reject' = 'empty' | 'reject'>
  extends Field<never>,
    SparseSettings<M> {
  readonly kind: 'cross'
  /** The columns whose names are combined. */
  readonly of: readonly Of[]
  readonly active: 1
  readonly missing: M
  reads(): readonly Of[]
}

export type CrossConfig<M extends CrossField['missing'] = CrossField['missing']> = Partial<
  Pick<CrossField<string, M>, 'capacity' | 'missing'>
>

/** The policy that a configuration among these gives. */
type PolicyIn<Given> = [Extract<Given, { readonly missing: unknown }>] extends [never]
  ? 'empty'
  : Extract<Given, { readonly missing: CrossField['missing'] }>['missing']

/** Returns the combination of names as one name: the length of each but the last one tells where the next begins. */
const combined = (names: readonly unknown[]): string =>
  names.map((name, i) => (i < names.length - 1 ? `${`${name}`.length} ${name}` : `${name}`)).join('')

const methods = {
  ...sparseRow,
  reads(this: CrossField): readonly string[] {
    return this.of
  },
  encode(this: CrossField, value: unknown, into: Floats, at: number): string | undefined {
    const { of, active, capacity: rows, missing } = this
    const names = value as readonly unknown[]
    const isEmpty = names.some(isMissing)
    if (isEmpty && missing === 'reject') return MISSING
    const other = names.findIndex((name) => !isMissing(name) && !isName(name))
    if (other !== -1) return `combines ${of[other]}, which is ${shown(names[other])}; expected ${A_NAME}`
    return writeSparseRow({ active, rows }, isEmpty ? [] : [combined(names)], into, at)
  },
}

/**
 * Creates a field that combines the names in two columns or more: it is a `hashed` field of one name a row, which
 * consists of the names in these columns in their order. Its weight is what the combination adds to what each name does
 * by itself, so that the columns are usually features as well. 1 and '1' are one name.
 *
 * A row lacks the field if it lacks a name in one of the columns; it then reads as no name, or is rejected by `missing:
 * 'reject'`. There are `capacity` weights (2¹⁴ unless given). In a chunk it has three numbers of its own: 1, the index
 * and 1, or three zeros.
 *
 * Cheng et al., "Wide & deep learning for recommender systems" (2016), the cross-product transformation.
 *
 * @example
 * createModel({
 *   features: { site: category(), device: category(), both: cross('site', 'device', { capacity: 4096 }) },
 *   target: { clicks: numeric() },
 *   layers: [dense(1)],
 * }).learn({ site: 'a', device: 'phone', clicks: 3 })
 */
export const cross = <
  const A extends string,
  const B extends string,
  const More extends readonly (string | CrossConfig | undefined)[],
>(
  first: A,
  second: B,
  ...more: More
): CrossField<A | B | Extract<More[number], string>, PolicyIn<More[number]>> => {
  const given: readonly unknown[] = [first, second, ...more]
  const isLastName = typeof given.at(-1) === 'string'
  const of = (isLastName ? given : given.slice(0, -1)) as readonly string[]
  const config = (isLastName ? undefined : given.at(-1)) as CrossConfig | undefined
  if (of.length < 2 || !of.every((name) => typeof name === 'string' && name !== ''))
    throw new RangeError(
      `cross: the columns are ${of.map(shown).join(', ') || 'none'}; expected two or more names, as in cross('site', 'device').`,
    )
  const twice = of.find((name, i) => of.indexOf(name) !== i)
  if (twice !== undefined) throw new RangeError(`cross: '${twice}' is named twice; expected each column once.`)
  const { capacity, missing } = optionsOf('cross', config, { capacity: 16384, missing: 'empty' })
  checkedShape('cross', capacity, 1)
  oneOf('cross', 'missing', missing, ['empty', 'reject'])
  bringSparse()
  const field: CrossField = { kind: 'cross', of: [...of], capacity, active: 1, missing, ...methods }
  return field as ReturnType<typeof cross<A, B, More>>
}

/** The entry of `cross` in the table of kinds. */
export const crossKind: FieldKind<CrossField> = {
  kind: 'cross',
  text: { example: 'cross(room device)', parameters: ['of', 'capacity'] },
  read: ({ texts, whole, oneOf }) => {
    return cross(...(texts('of') as [string, string, ...string[]]), {
      capacity: whole('capacity'),
      missing: oneOf('missing', ['empty', 'reject']),
    })
  },
  // Its columns are not part of the first layer's input vector, so they have no labels.
  labels: () => [],
}
