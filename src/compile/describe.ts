import type { Fields } from '../features/field.js'
import type { Parameter } from '../program/stepRows.js'
import { hashText } from '../random.js'
import type { Description } from '../records.js'
import type { Plan } from './configuration.js'

/** Hashes a value's JSON to 64 bits, written as hex. */
export const hashOf = (value: unknown): string => {
  const text = JSON.stringify(value)
  return [hashText(text), hashText(text, 0x9747b28c)].map((part) => part.toString(16).padStart(8, '0')).join('')
}

/** Returns a member's kind and settings, without its functions. */
const settingsOf = (member: { readonly kind: string }): Description['loss'] =>
  JSON.parse(JSON.stringify(member)) as Description['loss']

const settingsOfAll = (fields: Fields): Description['features'] =>
  JSON.parse(JSON.stringify(fields)) as Description['features']

/** Describes what a replica needs, besides θ, to predict as this model does. */
export const describe = (plan: Plan, tensors: readonly Parameter[]): Description => {
  const { circuit, features, target, loss, precision, fast, statistics, experts } = plan
  const layout = tensors.map(({ name, offset, size, shape, group }) => ({ name, offset, size, shape, group }))
  const description = {
    format: 1,
    circuit,
    features: settingsOfAll(features),
    target: settingsOfAll(target),
    loss: settingsOf(loss),
    precision: fast ? 'fast' : precision,
    statistics,
    ...(experts && { experts }),
    layout,
  } as const
  return { ...description, hash: hashOf(description) }
}

/** Hashes everything that decides how training continues: a snapshot fits only a model with the same hash. */
export const configurationHash = (
  { optimizer, loss, freeze, guardEvery, shards }: Plan,
  { hash }: Description,
): string => hashOf([hash, optimizer, loss, freeze, guardEvery, shards])
