import { shown } from '../options/shown.js'
import type { Snapshot } from '../records.js'
import type { Bytes, Floats } from '../values.js'
import { decodeData, encodeData } from './data.js'
import { floatsOf } from './floats.js'
import { decodeFrame, encodeFrame, layoutCheckOf, type TensorFrame } from './frame.js'
import { FrameError } from './frameError.js'
import { decodeNames } from './names.js'
import { memoriesOf, memorySections, numbers, vocabularySection } from './publication.js'
import type { Section, SectionRegion } from './sections.js'
import { decodeByKey, encodeByKey, isByKey, type SnapshotByKey } from './snapshotByKey.js'

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)
/** The types of the parts that have a section of their own, and of the hash, which the header repeats. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  parameters: ['Float32Array', 'Float64Array'],
  statistics: ['Float64Array'],
  vocabularies: ['Array'],
  slots: ['Float32Array', 'Float64Array'],
  scalars: ['Float64Array'],
  hash: ['String'],
}

/**
 * Encodes a snapshot as bytes, for a file, a database or another process: one frame of the wire, of kind `snapshot`.
 * The bits of all numbers are kept (also of NaN and −0), and every name. The snapshot of `learnByKey` is encoded as well.
 *
 * @throws TypeError if it is no whole snapshot, such as one that was kept as JSON
 * @example
 * const bytes = encodeSnapshot(model.snapshot())
 * const again = createModel({ features, target, layers: [dense(4, 'relu'), dense(1)] })
 * again.restore(decodeSnapshot(bytes))   // continues as the model, bit for bit
 */
export const encodeSnapshot = (snapshot: Snapshot | SnapshotByKey): Bytes =>
  isByKey(snapshot) ? encodeByKey(snapshot, encodeOne) : encodeOne(snapshot)

const encodeOne = (snapshot: Snapshot): Bytes => {
  for (const [name, types] of Object.entries(TYPES)) {
    const type = tagOf(snapshot?.[name as keyof Snapshot])
    if (!types.includes(type))
      throw new TypeError(
        `encodeSnapshot: the snapshot's ${name} is of type ${type}; expected ${types.join(' or ')}, as model.snapshot() returns it.`,
      )
  }
  const { step, parameters, statistics, vocabularies, memories, slots, scalars, healthy, ...rest } = snapshot
  const refuse = (part: string, value: unknown, expected: string): never => {
    throw new TypeError(`encodeSnapshot: the snapshot's ${part} is ${shown(value)}; expected ${expected}.`)
  }
  if (!(Number.isSafeInteger(step) && step >= 0)) refuse('step', step, 'a whole number')
  for (const names of vocabularies)
    if (!Array.isArray(names)) refuse('vocabularies', names, 'a list of names for each field')
  if (healthy !== undefined && !(healthy?.bytes instanceof Uint8Array))
    refuse('healthy', healthy, 'a step and its bytes')
  for (const memory of memories ?? []) if (!Array.isArray(memory?.keys)) refuse('memories', memory, 'keys and values')
  const data = encodeData({ ...rest, ...(healthy && { healthyStep: healthy.step }) }, 'encodeSnapshot')
  return encodeFrame({
    kind: 'snapshot',
    epoch: 0,
    layout: layoutCheckOf(snapshot.hash),
    step,
    sections: [
      numbers('parameters', parameters),
      numbers('statistics', statistics),
      vocabularySection(vocabularies),
      ...(memories ? memorySections(memories) : []),
      numbers('slots', slots),
      numbers('scalars', scalars),
      ...(healthy ? [section('healthy', 'bytes', healthy.bytes.length, healthy.bytes)] : []),
      section('rest', 'data', 1, data),
    ],
  })
}

const section = (region: SectionRegion, element: Section['element'], count: number, bytes: Uint8Array): Section => ({
  region,
  element,
  codec: 'raw',
  start: 0,
  count,
  bytes,
})

/**
 * Decodes a snapshot from bytes at any place in any buffer, in arrays of its own. The bytes may come from anywhere:
 * whatever they are, the result is a snapshot, whose parts `restore` checks against the model, or an error. Bytes of a
 * snapshot of `learnByKey` become one again, as in `byRoom.restore(decodeSnapshot(bytes))`.
 *
 * @throws FrameError if the bytes are anything but a whole snapshot
 * @example
 * const saved = encodeSnapshot(model.snapshot())
 * model.restore(decodeSnapshot(saved))
 */
export const decodeSnapshot = <S extends Snapshot | SnapshotByKey = Snapshot>(bytes: Uint8Array): S => {
  if (tagOf(bytes) !== 'Uint8Array')
    throw new TypeError(
      `decodeSnapshot: the bytes are of type ${tagOf(bytes)}; expected a Uint8Array, as in decodeSnapshot(new Uint8Array(buffer)).`,
    )
  try {
    const frame = decodeFrame(bytes)
    return (frame.kind === 'byKey' ? decodeByKey(frame, decodeOne) : snapshotOf(frame)) as S
  } catch (error) {
    throw error instanceof FrameError ? new FrameError(error.what, 'decodeSnapshot') : error
  }
}

const decodeOne = (bytes: Uint8Array): Snapshot => snapshotOf(decodeFrame(bytes))

const snapshotOf = ({ kind, step, layout, sections }: TensorFrame): Snapshot => {
  if (kind !== 'snapshot') throw new FrameError(`this is a ${kind}, not a snapshot`)
  const byRegion = new Map(sections.map((each) => [each.region, each]))
  const partOf = (region: SectionRegion): Section => {
    const part = byRegion.get(region)
    if (!part) throw new FrameError(`it has no ${region}`)
    return part
  }
  if (byRegion.size < sections.length || sections.some(({ start }) => start !== 0))
    throw new FrameError('a part of it is there in pieces')
  const floats = (region: SectionRegion): Floats => {
    const { element, bytes: own } = partOf(region)
    return floatsOf(element === 'f32' ? 'f32' : 'f64', own)
  }
  const vocabulary = partOf('vocabulary')
  const { count, bytes: data } = partOf('rest')
  const rest = decodeData(data)
  if (count !== 1 || tagOf(rest) !== 'Object') throw new FrameError('its other parts are not a record')
  const { healthyStep, ...others } = rest as Snapshot & { readonly healthyStep?: number }
  if (typeof others.hash !== 'string' || layoutCheckOf(others.hash) !== layout)
    throw new FrameError('its hash is not the one of its header')
  const healthy = byRegion.get('healthy')
  return {
    ...others,
    step,
    parameters: floats('parameters'),
    statistics: floats('statistics') as Float64Array,
    vocabularies: decodeNames(vocabulary.bytes, vocabulary.count),
    ...(byRegion.has('memory') && { memories: memoriesOf(partOf('memoryKeys'), partOf('memory')) }),
    slots: floats('slots'),
    scalars: floats('scalars') as Float64Array,
    healthy: healthy && { step: healthyStep as number, bytes: new Uint8Array(healthy.bytes) },
  }
}
