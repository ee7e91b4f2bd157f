import type { Publication, SavedMemory } from '../records.js'
import type { Bytes, Floats } from '../values.js'
import { floatsOf, wireBytesOf } from './floats.js'
import { decodeFrame, encodeFrame, type Stamp } from './frame.js'
import { FrameError } from './frameError.js'
import { decodeNames, encodeNames } from './names.js'
import type { Section, SectionRegion } from './sections.js'

export const numbers = (region: SectionRegion, values: Floats): Section => ({
  region,
  element: values.BYTES_PER_ELEMENT === 4 ? 'f32' : 'f64',
  codec: 'raw',
  start: 0,
  count: values.length,
  bytes: wireBytesOf(values),
})

export const vocabularySection = (vocabularies: Publication['vocabularies']): Section => ({
  region: 'vocabulary',
  element: 'names',
  codec: 'raw',
  start: 0,
  count: vocabularies.length,
  bytes: encodeNames(vocabularies),
})

const WITH_MEMORY = 'parameters,statistics,vocabulary,memoryKeys,memory'

/**
 * Returns two sections: the keys of each memory as a list of names; then, as numbers, how many values each memory has
 * and how many keys it has forgotten, followed by the values of all memories.
 */
export const memorySections = (memories: readonly SavedMemory[]): readonly Section[] => {
  const heads = memories.flatMap(({ values, evictions }) => [values.length, evictions])
  const all = Float64Array.from([...heads, ...memories.flatMap(({ values }) => [...values])])
  const keys = encodeNames(memories.map((memory) => memory.keys))
  return [
    { region: 'memoryKeys', element: 'names', codec: 'raw', start: 0, count: memories.length, bytes: keys },
    numbers('memory', all),
  ]
}

/** @throws FrameError if the two sections do not belong to the same memories */
export const memoriesOf = (keys: Section, memory: Section): readonly SavedMemory[] => {
  const lists = decodeNames(keys.bytes, keys.count)
  const all = floatsOf('f64', memory.bytes) as Float64Array
  let at = 2 * lists.length
  const memories = lists.map((list, i): SavedMemory => {
    const [length = 0, evictions = 0] = all.subarray(2 * i)
    const wrong = list.find((key) => typeof key !== 'string')
    if (wrong !== undefined || !Number.isInteger(length) || length < 0 || length > all.length - at)
      throw new FrameError(`memory ${i} has a key that is not text, or a wrong length, ${length} of ${all.length}`)
    const values = all.slice(at, at + length)
    at += length
    return { keys: list as string[], values, evictions }
  })
  if (at !== all.length) throw new FrameError(`${all.length - at} numbers follow the last memory`)
  return memories
}

/**
 * Encodes everything that `predict` reads as a frame: the bits of all numbers (also of NaN and −0), and every name.
 *
 * @example
 * encodePublication(model.publish(), { epoch: 1, layout: layoutCheckOf(model.hash) })
 */
export const encodePublication = (publication: Publication, stamp: Stamp): Bytes =>
  encodeFrame({
    kind: 'publication',
    epoch: stamp.epoch,
    layout: stamp.layout,
    step: publication.step,
    sections: [
      numbers('parameters', publication.parameters),
      numbers('statistics', publication.statistics),
      vocabularySection(publication.vocabularies),
      ...(publication.memories ? memorySections(publication.memories) : []),
    ],
  })

/** The contents of a frame, in aligned arrays of its own, which nothing changes later. */
export interface Received extends Stamp {
  readonly publication: Publication
}

/**
 * Decodes a publication from bytes at any place in any buffer, as a whole or not at all.
 *
 * @throws FrameError
 */
export const decodePublication = (bytes: Uint8Array): Received => {
  const { kind, epoch, layout, step, sections } = decodeFrame(bytes)
  const [parameters, statistics, vocabulary, keys, memory] = sections
  const regions = sections.map(({ region }) => region).join()
  const whole = regions === 'parameters,statistics,vocabulary' || regions === WITH_MEMORY
  if (kind !== 'publication' || !whole || sections.some(({ start }) => start !== 0))
    throw new FrameError(
      'a publication needs all parameters, statistics and vocabularies, and any memories, in this order',
    )
  return {
    epoch,
    layout,
    publication: {
      step,
      parameters: floatsOf(parameters.element === 'f32' ? 'f32' : 'f64', parameters.bytes),
      statistics: floatsOf('f64', statistics.bytes) as Float64Array,
      vocabularies: decodeNames(vocabulary.bytes, vocabulary.count),
      ...(keys && memory && { memories: memoriesOf(keys, memory) }),
    },
  }
}
