import type { Expression } from '../graph/expression.js'
import { shown } from '../options/shown.js'
import { bySettings } from '../settings.js'
import type { LossFunction, LossSite } from './loss.js'

/** The weights of classes by name; a class that is not listed has the weight 1. */
export type ClassWeights = Readonly<Record<string, number>>

/** The options that all losses of classes have. */
export interface ClassLossConfig {
  /** The weights by which the losses of rows of these classes are multiplied. Default: 1 for every class. */
  readonly weights?: ClassWeights
}

/** Creates a loss of classes; what `build` returns for a row is multiplied by the weight of its class. */
export const classLoss = <S extends object>(
  kind: string,
  weights: ClassWeights | undefined,
  build: (site: LossSite) => Expression,
  settings?: S,
): LossFunction & S => {
  const refuse = (what: string, value: unknown): never => {
    throw new RangeError(`${kind}: ${what} is ${shown(value)}; expected numbers above 0, such as { yes: 5 }.`)
  }
  if (weights !== undefined && (typeof weights !== 'object' || weights === null || Array.isArray(weights)))
    refuse('weights', weights)
  for (const [name, weight] of Object.entries(weights ?? {}))
    if (!(weight > 0 && weight < Infinity)) refuse(`the weight of '${name}'`, weight)
  return bySettings({
    kind,
    task: 'category',
    ...(settings as S),
    ...(weights && { weights: { ...weights } }),
    build: (site: LossSite) => (weights ? weighted(kind, weights, site, build(site)) : build(site)),
  })
}

/** @throws RangeError for a class that the target does not declare, because its column is not known yet */
const weighted = (
  by: string,
  weights: ClassWeights,
  { ops: { add, constant, mul, sum }, target, fields = {} }: LossSite,
  loss: Expression,
): Expression => {
  const [field] = Object.values(fields)
  const values = (field?.names?.().values ?? []).map(String)
  for (const name of Object.keys(weights))
    if (!values.includes(name))
      throw new RangeError(
        `${by}: weights has '${name}', which the target does not declare; expected one of ${values}.`,
      )
  const columns = target.shape[0]
  const all = Array.from({ length: Math.max(2, columns) }, (_, column) => {
    const name = values[column]
    return name !== undefined && Object.hasOwn(weights, name) ? weights[name] : 1
  })
  // A single output has the probability of the second name as its target.
  return mul(
    loss,
    sum(columns === 1 ? add(all[0], mul(all[1] - all[0], target)) : mul(target, constant(all, [columns]))),
  )
}
