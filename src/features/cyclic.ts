import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import { bringCyclic } from '../program/cyclic.js'
import type { Field } from './field.js'
import type { FieldKind } from './kind.js'
import type { FieldSite } from './site.js'

/** A number that repeats with a period, such as an hour (24) or a compass bearing (360). */
export interface CyclicField<M extends 'zero' | 'reject' = 'zero' | 'reject'> extends Field<number | boolean> {
  readonly kind: 'cyclic'
  readonly period: number
  readonly missing: M
}

const methods = {
  columns: (): number => 2,
  fanIn: (): number => 2,
  emit(this: CyclicField, { emit, raw: a, columns: out, constant }: FieldSite): void {
    bringCyclic()
    emit('cyclic', { out, a, c: constant(this.period) })
  },
  asTarget(_: { name: string }): Field {
    throw new RangeError(
      `createModel: target '${_.name}' is cyclic; predict its sine and cosine as two numbers instead.`,
    )
  },
}

/**
 * Creates a cyclic column: two inputs, sin(2πx/period) and cos(2πx/period), so that 23:00 is close to 0:00. Every
 * finite number within ±1e150 is accepted; a row without it reads as (0, 0).
 *
 * @example
 * cyclic(24)   // the hour of a day
 */
export const cyclic = <M extends CyclicField['missing'] = 'zero'>(
  period: number,
  config?: { readonly missing?: M },
): CyclicField<M> => {
  const { missing } = optionsOf('cyclic', config, { missing: 'zero' as M })
  oneOf('cyclic', 'missing', missing, ['zero', 'reject'])
  if (typeof period !== 'number' || !(period > 0 && period < Infinity))
    throw new RangeError(`cyclic: period is ${shown(period)}; expected a number above 0, such as 24 for hours.`)
  return { kind: 'cyclic', period, missing, ...methods }
}

/** The entry of `cyclic` in the table of kinds. */
export const cyclicKind: FieldKind<CyclicField> = {
  kind: 'cyclic',
  text: { example: 'cyclic(24)', parameters: ['period'] },
  read: ({ number, oneOf }) => cyclic(number('period'), { missing: oneOf('missing', ['zero', 'reject']) }),
  labels: (_, name) => [`sin ${name}`, `cos ${name}`],
}
