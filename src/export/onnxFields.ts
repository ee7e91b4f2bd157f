import { type Field, scalingOf } from '../features/field.js'
import type { Value } from '../values.js'
import type { Name } from './onnxGraph.js'
import { circled, type Doubles, scaled, turnsOfTime } from './onnxNumbers.js'
import { ML } from './onnxProto.js'
import type { TrainedField } from './predictionOf.js'

/** A feature that is to be exported. */
export interface OnnxFieldSite {
  readonly doubles: Doubles
  readonly trained: TrainedField
  /** Whether its statistics are advanced by the row before they are read. */
  readonly advance: boolean
}

/** Adds an input for a feature, and returns its columns in f64, as matrices [rows, columns] that stand side by side. */
type OnnxField = (site: OnnxFieldSite) => readonly Name[]

/** A field's settings, as the kind in whose row they are read declares them. */
const settings = <S>({ trained }: OnnxFieldSite): S => trained.field as unknown as S

const orZero = ({ isMissing, value, where }: Doubles, x: Name): Name => where(isMissing(x), value(0), x)

/** Returns what a number is scaled to by its field's statistics, or the number itself if it is not scaled. */
export const scaledBy = (
  doubles: Doubles,
  x: Name,
  { field, statistics }: TrainedField,
  advance: boolean,
  whole = false,
): Name => {
  const scaling = scalingOf(field)
  return scaling && statistics ? scaled(doubles, x, scaling, statistics, advance, whole) : orZero(doubles, x)
}

const scaledNumber: OnnxField = ({ doubles, trained, advance }) => [
  doubles.column(scaledBy(doubles, doubles.graph.input(trained.name, 'double'), trained, advance)),
]

const numeric: OnnxField = (site) => {
  const columns = scaledNumber(site)
  if (site.trained.field.missing !== 'flag') return columns
  const { column, isMissing, value, where } = site.doubles
  return [...columns, column(where(isMissing(site.trained.name), value(1), value(0)))]
}

const cyclic: OnnxField = (site) => {
  const { div, graph, value } = site.doubles
  const { period } = settings<{ period: number }>(site)
  return circled(site.doubles, div(graph.input(site.trained.name, 'double'), value(period)))
}

const time: OnnxField = (site) => {
  const { add, div, graph, mul, value } = site.doubles
  const { of, unit, timeZone } = settings<{ of: readonly string[]; unit: string; timeZone: number }>(site)
  const given = graph.input(site.trained.name, 'double')
  const [factor, divisor] = { seconds: [1000, 1], microseconds: [1, 1000], nanoseconds: [1, 1e6] }[unit] ?? [1, 1]
  const milliseconds = mul(div(given, value(divisor)), value(factor))
  const turns = turnsOfTime(site.doubles, add(milliseconds, value(60000 * timeZone)))
  return of.flatMap((part) => circled(site.doubles, turns[part]()))
}

/** Adds an input of names, and returns the column of each row's name; −1 for one without a column. */
export const columnOf = ({ graph }: Doubles, input: string, names: readonly Value[]): Name => {
  const keys = names.length > 0 ? names.map(String) : ['']
  const columns = names.length > 0 ? names.map((_, column) => column) : [-1]
  const attributes = { keys_strings: keys, values_int64s: columns, default_int64: -1 }
  return graph.node('LabelEncoder', [graph.input(input, 'string')], attributes, ML)
}

/** Returns a column for each of n names: 1 where it is the row's own, otherwise 0. */
export const oneHot = ({ column, graph, value, where }: Doubles, own: Name, n: number): Name => {
  const all = graph.constant(
    'int64',
    Array.from({ length: n }, (_, i) => i),
  )
  return where(graph.node('Equal', [column(own), all]), value(1), value(0))
}

const category: OnnxField = (site) => {
  const { doubles, trained } = site
  const { name, names = [], field } = trained
  const { capacity, onFull } = settings<{ capacity: number; onFull: string }>(site)
  if (names.length >= capacity && onFull === 'hash')
    throw new RangeError(
      `toOnnx: feature '${name}' has names in all of its ${capacity} columns, so a further name shares one by its hash, which ONNX cannot compute; expected onFull 'evictOldest' or 'reject', or a larger capacity.`,
    )
  const own = columnOf(doubles, name, names)
  if (!field.sparse) return [oneHot(doubles, own, capacity)]
  const { column, graph, value, where } = doubles
  const found = column(where(graph.node('Less', [own, graph.constant('int64', [0], [])]), value(0), value(1)))
  return [found, column(graph.cast(own, 'double')), found]
}

/** The kinds of field that have a counterpart in ONNX; the others are refused by name. */
export const onnxFields: Readonly<Record<string, OnnxField>> = { numeric, category, cyclic, time }

/** Of fields that remember earlier rows, the number that is recalled can be an input of its own. */
export const recalledFields: Readonly<Record<string, OnnxField>> = {
  lag: scaledNumber,
  rolling: scaledNumber,
  difference: scaledNumber,
  filled: scaledNumber,
  windowed: ({ doubles, trained }) => [doubles.column(orZero(doubles, doubles.graph.input(trained.name, 'double')))],
}

const WHY: Readonly<Record<string, string>> = {
  hashed: 'hashes its names',
  text: 'hashes its words',
  cross: 'hashes pairs of names',
}

/**
 * Returns the columns of a feature.
 * @throws RangeError for a kind that ONNX cannot compute
 */
export const columnsInOnnx = (site: OnnxFieldSite, recalled: 'refuse' | 'inputs'): readonly Name[] => {
  const { name, field } = site.trained
  const { kind } = field
  const own = Object.hasOwn(onnxFields, kind) ? onnxFields[kind] : undefined
  if (own) return own(site)
  const remembers = Object.hasOwn(recalledFields, kind) ? recalledFields[kind] : undefined
  if (remembers && recalled === 'inputs') return remembers(site)
  throw new RangeError(`toOnnx: feature '${name}' ${remembers ? needsRows(field) : whyNot(field)}`)
}

const needsRows = ({ kind }: Field): string =>
  `is of kind '${kind}', which needs earlier rows, and ONNX sees one row at a time; compute its number yourself and give it as an input, by toOnnx(model, { recalled: 'inputs' }).`

const whyNot = ({ kind }: Field): string =>
  WHY[kind]
    ? `is of kind '${kind}', which ${WHY[kind]}, and ONNX has no such hash; expected ${Object.keys(onnxFields).join(', ')}, such as category() in its place.`
    : `is of kind '${kind}', which has no counterpart in ONNX; expected ${Object.keys(onnxFields).join(', ')}, or the columns that it computes as numeric({ scale: 'none' }).`
