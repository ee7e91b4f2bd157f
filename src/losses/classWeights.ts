import type { Expression } from '../graph/expression.js'
import { shown } from '../options/shown.js'
import type { LossSite } from './loss.js'

/** The weights of classes by name; a class that is not listed has the weight 1. */
export type ClassWeights = Readonly<Record<string, number>>

/** Checks class weights as a loss is given them. */
export const checkWeights = (by: string, weights: ClassWeights | undefined): void => {
  if (weights !== undefined && (typeof weights !== 'object' || weights === null || Array.isArray(weights)))
    throw new TypeError(`${by}: weights is ${shown(weights)}; expected numbers by class, such as { yes: 5 }.`)
  for (const [name, weight] of Object.entries(weights ?? {}))
    if (!(weight > 0 && weight < Infinity))
      throw new RangeError(`${by}: the weight of '${name}' is ${shown(weight)}; expected a number above 0.`)
}

/**
 * Multiplies the loss of a row by the weight of its class.
 * @throws RangeError for a class that the target does not declare, because its column is not known yet
 */
export const weighted = (
  by: string,
  weights: ClassWeights | undefined,
  { ops: { add, constant, mul, sum }, target, fields = {} }: LossSite,
  loss: Expression,
): Expression => {
  if (!weights) return loss
  const [[name, field] = ['y', {}]] = Object.entries(fields)
  const values = (field.names?.().values ?? []).map((value) => `${value}`)
  const other = Object.keys(weights).find((key) => !values.includes(key))
  if (other !== undefined)
    throw new RangeError(
      `${by}: weights has '${other}', which target '${name}' does not declare; expected names of it, as in category({ values: ['${other}', …] }).`,
    )
  const weightOf = (column: number): number => {
    const key = values[column]
    return key !== undefined && Object.hasOwn(weights, key) ? weights[key] : 1
  }
  const [columns] = target.shape
  // A single output has the probability of the second name as its target.
  if (columns === 1) return mul(loss, sum(add(weightOf(0), mul(weightOf(1) - weightOf(0), target))))
  const all = Array.from({ length: columns }, (_, column) => weightOf(column))
  return mul(loss, sum(mul(target, constant(all, [columns]))))
}
