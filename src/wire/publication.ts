import type { Publication, SavedMemory } from '../records.js'
import type { Floats } from '../values.js'
import { floatsOf, wireBytesOf } from './floats.js'
import { decodeFrame, encodeFrame, type Stamp } from './frame.js'
import { FrameError } from './frameError.js'
import { decodeNames, encodeNames } from './names.js'
import type { Section, SectionRegion } from './sections.js'

const numbers = (region: SectionRegion, values: Floats): Section => ({
  region,
  element: values.BYTES_PER_ELEMENT === 4 ? 'f32' : 'f64',
  codec: 'raw',
  start: 0,
  count: values.length,
  bytes: wireBytesOf(values),
})

const WITH_MEMORY = 'parameters,statistics,vocabulary,memoryKeys,memory'

/** The keys of each memory as a list of names; and of each how many numbers it has and has forgotten, then the numbers. */
const memorySections = (memories: readonly SavedMemory[]): readonly Section[] => {
  const heads = memories.flatMap(({ values, evictions }) => [values.length, evictions])
  const all = Float64Array.from([...heads, ...memories.flatMap(({ values }) => [...values])])
  const keys = encodeNames(memories.map((memory) => memory.keys))
  return [
    { region: 'memoryKeys', element: 'names', codec: 'raw', start: 0, count: memories.length, bytes: keys },
    numbers('memory', all),
  ]
}

/** @throws FrameError where the two sections are not of the same memories */
const memoriesOf = (keys: Section, memory: Section): readonly SavedMemory[] => {
  const lists = decodeNames(keys.bytes, keys.count)
  const all = floatsOf('f64', memory.bytes) as Float64Array
  let at = 2 * lists.length
  const memories = lists.map((list, i): SavedMemory => {
    const [length = 0, evictions = 0] = all.subarray(2 * i)
    const wrong = list.find((key) => typeof key !== 'string')
    if (wrong !== undefined || !Number.isInteger(length) || length < 0 || length > all.length - at)
      throw new FrameError(`memory ${i} is not of text keys and ${length} of the ${all.length} numbers`)
    const values = all.slice(at, at + length)
    at += length
    return { keys: list as string[], values, evictions }
  })
  if (at !== all.length) throw new FrameError(`${all.length - at} numbers follow the last memory`)
  return memories
}

/**
 * All that predict reads, as a frame: the numbers' own bits (NaN payloads and −0 too) and every name.
 *
 * @example
 * encodePublication(model.publish(), { epoch: 1, layout: layoutCheckOf(model.hash) })
 */
export const encodePublication = (publication: Publication, stamp: Stamp): Uint8Array<ArrayBuffer> =>
  encodeFrame({
    kind: 'publication',
    epoch: stamp.epoch,
    layout: stamp.layout,
    step: publication.step,
    sections: [
      numbers('parameters', publication.parameters),
      numbers('statistics', publication.statistics),
      {
        region: 'vocabulary',
        element: 'names',
        codec: 'raw',
        start: 0,
        count: publication.vocabularies.length,
        bytes: encodeNames(publication.vocabularies),
      },
      ...(publication.memories ? memorySections(publication.memories) : []),
    ],
  })

/** What came out of a frame: arrays of its own, aligned, that nothing changes later. */
export interface Received extends Stamp {
  readonly publication: Publication
}

/**
 * The way back, from bytes at any place in any buffer; whole or not at all.
 *
 * @throws FrameError
 */
export const decodePublication = (bytes: Uint8Array): Received => {
  const { epoch, layout, step, sections } = decodeFrame(bytes)
  const [parameters, statistics, vocabulary, keys, memory] = sections
  const regions = sections.map(({ region }) => region).join()
  const whole = regions === 'parameters,statistics,vocabulary' || regions === WITH_MEMORY
  if (!whole || sections.some(({ start }) => start !== 0))
    throw new FrameError(
      'a publication is all of its parameters, statistics and vocabularies, and what fields remember, in this order',
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
