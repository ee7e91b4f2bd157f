import type { Plan } from './configuration.js'

/** The length to which a text is cut: a list of a thousand names would not help anybody who compares two of them. */
const LONGEST = 120

/** Settings that are the same wherever a kind is, and therefore tell nothing. */
const NEVER = ['kind', 'task']

/** Returns a member as it is written in code, as far as that fits in a line: `dense(16, tanh)`, `huber(1)`. */
const textOf = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return `${value}`
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  const given = Object.entries(value).filter(
    ([name, own]) => !NEVER.includes(name) && typeof own !== 'function' && own !== true && own !== 'identity',
  )
  const texts = given.map(([name, own]) => (own === false ? `no ${name}` : textOf(own)))
  // A layer may name its activation twice.
  const once = texts.filter((text, i) => !(typeof given[i][1] === 'string' && texts.indexOf(text) < i))
  return `${(value as { readonly kind?: string }).kind ?? ''}${once.length > 0 ? `(${once.join(', ')})` : ''}`
}

/** Describes in short texts, by part, what a configuration consists of, so that two of them can be told apart. */
export const settingsTexts = (plan: Plan): Readonly<Record<string, string>> => {
  const { transforms, learningRate, groups } = plan.optimizer
  const named = (what: string, members: Readonly<Record<string, unknown>>) =>
    Object.entries(members).map(([name, member]) => [`${what} '${name}'`, member])
  const parts = [
    ...named('feature', plan.features),
    ...named('target', plan.target),
    ['layers', plan.layers ?? `a circuit of ${plan.circuit.nodes.length} nodes`],
    ['loss', plan.loss],
    ['optimizer', transforms.length > 0 ? transforms : 'sgd'],
    ['learning rate', learningRate],
    ...named('learning rate of', groups),
    ['precision', plan.fast ? 'fast' : plan.precision],
    ['statistics', plan.statistics],
    ['freeze', plan.freeze],
    ['guard.every', plan.guardEvery],
    ['shards', plan.shards],
  ]
  return Object.fromEntries(parts.map(([name, part]) => [name, textOf(part).slice(0, LONGEST)]))
}

/** Names the parts in which this configuration differs from the one of a snapshot. */
export const differencesOf = (
  here: Readonly<Record<string, string>>,
  there: Readonly<Record<string, unknown>>,
): readonly string[] => [
  ...Object.entries(here).flatMap(([name, text]) => {
    if (!Object.hasOwn(there, name)) return [`${name} is new`]
    return there[name] === text
      ? []
      : [`${name}: ${text || 'nothing'} here, ${there[name] || 'nothing'} in the snapshot`]
  }),
  ...Object.keys(there).flatMap((name) => (Object.hasOwn(here, name) ? [] : [`${name} is only in the snapshot`])),
]
