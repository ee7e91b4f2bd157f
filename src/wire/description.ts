import type { FieldSettings, SettingsReader } from '../features/kind.js'
import { type FieldKinds, fieldKinds } from '../features/kinds.js'
import type { Attribute, Attributes, Circuit, Node } from '../graph/graph.js'
import type { Tensor } from '../program/tensor.js'
import type { Description } from '../records.js'
import {
  listOf,
  MessageError,
  named,
  number,
  oneOf,
  type Plain,
  plain,
  type Read,
  recordOf,
  refuse,
  text,
  whole,
} from './check.js'

/** The deepest nesting that is accepted: data from an unknown sender could nest without end. */
const DEPTH = 16

const attribute =
  (depth: number): Read<Attribute> =>
  (value, at) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return attributes(depth + 1)(value, at)
    if (!Array.isArray(value)) return named(value, at)
    return typeof value[0] === 'string' ? listOf(text)(value, at) : listOf(number)(value, at)
  }

const attributes =
  (depth: number): Read<Attributes> =>
  (value, at) =>
    depth > DEPTH ? refuse(value, at, `no more than ${DEPTH} levels`) : recordOf(attribute(depth))(value, at)

const node: Read<Node> = (value, at) => {
  const { op, inputs, shape, name, attributes: given } = plain(value, at)
  return {
    op: text(op, `${at}.op`),
    inputs: listOf(whole)(inputs, `${at}.inputs`),
    shape: listOf(whole)(shape, `${at}.shape`),
    ...(name === undefined ? {} : { name: text(name, `${at}.name`) }),
    ...(given === undefined ? {} : { attributes: attributes(0)(given, `${at}.attributes`) }),
  }
}

const circuit: Read<Circuit> = (value, at) => {
  const { nodes: given, outputs } = plain(value, at)
  const nodes = listOf(node)(given, `${at}.nodes`)
  nodes.forEach(({ inputs }, i) => {
    inputs.forEach((input, j) => {
      if (input >= i) refuse(input, `${at}.nodes[${i}].inputs[${j}]`, `an earlier node, below ${i}`)
    })
  })
  const place: Read<number> = (item, where) =>
    whole(item, where) < nodes.length ? (item as number) : refuse(item, where, `a node, below ${nodes.length}`)
  return { nodes, outputs: recordOf(place)(outputs, `${at}.outputs`) }
}

/** Reads the settings of a field, each at its own place in the message, and notes their names. */
const settingsAt = (given: Plain, at: string, noted: Set<string>): SettingsReader => {
  const read =
    <T>(reader: Read<T>) =>
    (name: string): T => {
      noted.add(name)
      return reader(given[name], `${at}.${name}`)
    }
  return {
    oneOf: (name, choices) => read(oneOf(...choices))(name),
    someOf: (name, choices) => read(listOf(oneOf(...choices)))(name),
    text: read(text),
    texts: read(listOf(text)),
    number: read(number),
    whole: read(whole),
    names: read(listOf(named)),
  }
}

/** Reads settings whose meaning is not known here: they may be any data that JSON can hold. */
const data =
  (depth: number): Read<unknown> =>
  (value, at) => {
    if (depth > DEPTH) return refuse(value, at, `no more than ${DEPTH} levels`)
    if (typeof value !== 'object' || value === null) return value === null ? value : named(value, at)
    return (Array.isArray(value) ? listOf : recordOf)<unknown>(data(depth + 1))(value, at)
  }

/**
 * Reads a field's settings. The row of its kind checks them; where 'any' kind is accepted, the settings of an unknown
 * kind are plain data.
 */
const fieldOf =
  (known: FieldKinds | 'any'): Read<FieldSettings> =>
  (value, at) => {
    const given = plain(value, at)
    const kind = text(given.kind, `${at}.kind`)
    const kinds = known === 'any' ? fieldKinds : known
    const row = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
    if (!row && known === 'any')
      return { ...recordOf(data(0))(given, at), kind, missing: text(given.missing, `${at}.missing`) }
    if (!row) return refuse(given.kind, `${at}.kind`, Object.keys(kinds).join(', '))
    const settings = new Set(['kind'])
    try {
      row.read(settingsAt(given, at, settings))
    } catch (error) {
      if (error instanceof MessageError) throw error
      return refuse(value, at, `a ${kind} field (${(error as Error).message})`)
    }
    const kept = Object.entries(given).filter(([name]) => settings.has(name))
    return Object.fromEntries(kept) as unknown as FieldSettings
  }

const tensor: Read<Tensor> = (value, at) => {
  const { name, offset, size, shape, group } = plain(value, at)
  return {
    name: text(name, `${at}.name`),
    offset: whole(offset, `${at}.offset`),
    size: whole(size, `${at}.size`),
    shape: listOf(whole)(shape, `${at}.shape`),
    group: text(group, `${at}.group`),
  }
}

const expert: Read<NonNullable<Description['experts']>[number]> = (value, at) => {
  const { name, rate } = plain(value, at)
  return { name: text(name, `${at}.name`), rate: number(rate, `${at}.rate`) }
}

/** Reads a setting: a number, a text, a list of numbers, or numbers by name. */
const setting: Read<Description['loss'][string]> = (value, at) =>
  Array.isArray(value)
    ? listOf(number)(value, at)
    : typeof value === 'number'
      ? value
      : typeof value === 'object'
        ? recordOf(number)(value, at)
        : text(value, at)
/** Reads a kind and its settings. */
const member: Read<Description['loss']> = (value, at) => {
  const settings = recordOf(setting)(value, at)
  return { ...settings, kind: text(settings.kind, `${at}.kind`) }
}

/** Reads a model's description as it came over the wire, and checks the type of every part. */
export const readDescription = (value: unknown, at: string, kinds: FieldKinds | 'any' = fieldKinds): Description => {
  const given = plain(value, at)
  const { format, loss, hash } = given
  return {
    format: format === 1 ? format : refuse(format, `${at}.format`, '1'),
    circuit: circuit(given.circuit, `${at}.circuit`),
    features: recordOf(fieldOf(kinds))(given.features, `${at}.features`),
    target: recordOf(fieldOf(kinds))(given.target, `${at}.target`),
    loss: member(loss, `${at}.loss`),
    precision: oneOf('f32', 'f64', 'fast')(given.precision, `${at}.precision`),
    statistics: oneOf('beforePrediction', 'afterPrediction')(given.statistics, `${at}.statistics`),
    ...(given.experts === undefined ? {} : { experts: listOf(expert)(given.experts, `${at}.experts`) }),
    layout: listOf(tensor)(given.layout, `${at}.layout`),
    hash: text(hash, `${at}.hash`),
  }
}
