import type { Field } from '../features/field.js'
import type { Attribute, Attributes, Circuit, Node } from '../graph/graph.js'
import type { Tensor } from '../program/tensor.js'
import type { Description } from '../records.js'
import { listOf, named, number, oneOf, plain, type Read, recordOf, refuse, text, whole } from './check.js'

/** Attributes nest, and a stranger's could nest for ever. */
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

const field: Read<Field> = (value, at) => {
  const { kind: given, scale, clip, missing, capacity, values, onFull, period, active } = plain(value, at)
  const kind = oneOf('numeric', 'category', 'cyclic', 'hashed')(given, `${at}.kind`)
  switch (kind) {
    case 'numeric':
      return {
        kind,
        scale: oneOf('exponential', 'standard', 'none')(scale, `${at}.scale`),
        clip: number(clip, `${at}.clip`),
        missing: oneOf('mean', 'reject')(missing, `${at}.missing`),
      }
    case 'category':
      return {
        kind,
        capacity: whole(capacity, `${at}.capacity`),
        values: listOf(named)(values, `${at}.values`),
        onFull: oneOf('hash', 'evictOldest', 'reject')(onFull, `${at}.onFull`),
        missing: oneOf('unseen', 'reject')(missing, `${at}.missing`),
      }
    case 'cyclic':
      return {
        kind,
        period: number(period, `${at}.period`),
        missing: oneOf('zero', 'reject')(missing, `${at}.missing`),
      }
    case 'hashed':
      return {
        kind,
        capacity: whole(capacity, `${at}.capacity`),
        active: whole(active, `${at}.active`),
        missing: oneOf('empty', 'reject')(missing, `${at}.missing`),
      }
  }
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

const setting: Read<string | number> = (value, at) => (typeof value === 'number' ? value : text(value, at))
/** A kind and its settings. */
const member: Read<Description['loss']> = (value, at) => {
  const settings = recordOf(setting)(value, at)
  return { ...settings, kind: text(settings.kind, `${at}.kind`) }
}

/** A model's description, as it came over the wire: every part of it is of the type that it should be. */
export const readDescription: Read<Description> = (value, at) => {
  const given = plain(value, at)
  const { format, loss, hash } = given
  return {
    format: format === 1 ? format : refuse(format, `${at}.format`, '1'),
    circuit: circuit(given.circuit, `${at}.circuit`),
    features: recordOf(field)(given.features, `${at}.features`),
    target: recordOf(field)(given.target, `${at}.target`),
    loss: member(loss, `${at}.loss`),
    precision: oneOf('f32', 'f64', 'fast')(given.precision, `${at}.precision`),
    statistics: oneOf('beforePrediction', 'afterPrediction')(given.statistics, `${at}.statistics`),
    layout: listOf(tensor)(given.layout, `${at}.layout`),
    hash: text(hash, `${at}.hash`),
  }
}
