import type { Publication } from '../records.js'
import type { Floats } from '../values.js'
import { bytesOf, floatsOf } from './floats.js'
import { decodeFrame, encodeFrame, type Stamp } from './frame.js'
import { FrameError } from './frameError.js'
import { decodeNames, encodeNames } from './names.js'
import type { Region, Section } from './sections.js'

const numbers = (region: Region, values: Floats): Section => ({
  region,
  element: values.BYTES_PER_ELEMENT === 4 ? 'f32' : 'f64',
  codec: 'raw',
  start: 0,
  count: values.length,
  bytes: bytesOf(values),
})

/**
 * All that predict reads, as a frame: the numbers' own bits (NaN payloads and −0 too) and every name.
 *
 * @example
 * encodePublication(model.publish(), { epoch: 1, layout: layoutOf(model.hash) })
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
  const [parameters, statistics, vocabulary] = sections
  const whole =
    sections.length === 3 &&
    parameters.region === 'parameters' &&
    statistics.region === 'statistics' &&
    vocabulary.region === 'vocabulary' &&
    sections.every(({ start }) => start === 0)
  if (!whole) throw new FrameError('a publication is all of its parameters, statistics and vocabularies, in this order')
  return {
    epoch,
    layout,
    publication: {
      step,
      parameters: floatsOf(parameters.element === 'f32' ? 'f32' : 'f64', parameters.bytes),
      statistics: floatsOf('f64', statistics.bytes) as Float64Array,
      vocabularies: decodeNames(vocabulary.bytes, vocabulary.count),
    },
  }
}
