import type { Field } from '../features/field.js'
import { checkCircuit } from '../graph/checkCircuit.js'
import type { Layer } from '../layers/layer.js'
import type { Optimizer, Transform } from '../optimizers/optimizer.js'
import { isRecord } from '../options/isRecord.js'
import { oneOf } from '../options/oneOf.js'
import { shown } from '../options/shown.js'
import { checkReach } from './checkReach.js'

// Its type is written out, because only then does a call of it narrow the types behind it.
const refuse: (what: string, value: unknown, expected: string) => never = (what, value, expected) => {
  throw new TypeError(`createModel: ${what} is ${shown(value)}; expected ${expected}.`)
}
const isText = (value: unknown): boolean => typeof value === 'string'

/** Reports a wrong field at once, such as `numeric` in place of `numeric()`, which would otherwise fail far from here. */
const checkFields = (what: string, fields: unknown): void => {
  if (!isRecord(fields)) refuse(`${what}s`, fields, 'fields by name, such as { temperature: numeric() }')
  for (const [name, field] of Object.entries(fields)) {
    const { kind, emit } = (field ?? {}) as Partial<Field>
    if (!isText(kind) || typeof emit !== 'function') refuse(`${what} '${name}'`, field, 'a field, such as numeric()')
  }
}

const checkLayers = (layers: unknown): void => {
  if (!Array.isArray(layers)) refuse('layers', layers, "a list of layers, such as [dense(16, 'relu'), dense(1)]")
  layers.forEach((layer: unknown, i) => {
    const { kind, build, initial } = (layer ?? {}) as Partial<Layer> & { readonly initial?: unknown }
    if (!isText(kind) || typeof build !== 'function')
      refuse(`layer ${i + 1}`, layer, "a layer, such as dense(16, 'relu')")
    if (initial !== undefined && !(isRecord(initial) && isText(initial.kind)))
      refuse(`the initial of layer ${i + 1}`, initial, 'an initializer, such as initializers.he()')
  })
}

const checkExperts = (experts: unknown): void => {
  if (!isRecord(experts)) refuse('experts', experts, 'experts by name, such as { net: experts.net([dense(1)]) }')
  for (const expert of Object.values(experts)) {
    const { net } = Object(expert) as { readonly net?: unknown }
    if (net !== undefined) checkLayers(net)
  }
}

const isRate = (rate: unknown): boolean =>
  typeof rate === 'number' || (isRecord(rate) && typeof rate.emit === 'function' && typeof rate.initial === 'number')
const isTransform = (each: unknown): boolean => typeof (each as Partial<Transform> | null)?.emit === 'function'

const checkOptimizer = (optimizer: unknown): void => {
  const { kind, transforms, learningRate, groups } = (optimizer ?? {}) as Partial<Optimizer>
  const expected = 'one such as adam()'
  if (kind !== 'optimizer' || !Array.isArray(transforms) || !isRecord(groups))
    refuse('optimizer', kind ?? optimizer, expected)
  const part = transforms.find((each) => !isTransform(each))
  if (!transforms.every(isTransform))
    refuse('a part of the optimizer', part, 'a transform, such as clipByGlobalNorm(1)')
  for (const [name, rate] of Object.entries({ learningRate, ...groups }))
    if (!isRate(rate)) refuse(`the rate '${name}'`, rate, 'a number, or a schedule such as schedules.constant(0.1)')
}

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  precision: ['f32', 'f64', 'fast'],
  statistics: ['beforePrediction', 'afterPrediction'],
  executor: ['wasm', 'interpreter'],
}

const isNames = (names: unknown): boolean => Array.isArray(names) && names.every(isText)

/**
 * Checks the types of a configuration's parts, for callers without types: whatever is wrong is named in a sentence
 * before anything is built.
 *
 * @throws TypeError
 */
export const checkConfiguration = (config: unknown): void => {
  // What is not an object at all is refused with the names of the options.
  if (!isRecord(config)) return
  const { features, target, layers, circuit, experts, loss, optimizer, freeze, seed, weight, cursor } = config
  if (features !== undefined) checkFields('feature', features)
  if (target !== undefined) checkFields('target', target)
  if (layers !== undefined) checkLayers(layers)
  if (circuit !== undefined) checkCircuit('createModel: circuit', circuit)
  if (experts !== undefined) checkExperts(experts)
  if (loss !== undefined && !(isRecord(loss) && isText(loss.kind) && typeof loss.build === 'function'))
    refuse('loss', loss, 'one such as huber()')
  if (optimizer !== undefined) checkOptimizer(optimizer)
  if (freeze !== undefined && !isNames(freeze))
    refuse('freeze', freeze, "a list of names, such as ['dense1.W', 'bias']")
  if (seed !== undefined && !Number.isSafeInteger(seed)) refuse('seed', seed, 'a whole number, such as 7')
  for (const [name, column] of Object.entries({ weight, cursor }))
    if (column !== undefined && !isText(column)) refuse(name, column, 'the name of a column')
  for (const [name, known] of Object.entries(KNOWN))
    oneOf('createModel', name, config[name] as string | undefined, known)
  checkReach(config)
}
