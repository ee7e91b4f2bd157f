import { shown } from '../options/shown.js'
import type { Description, Snapshot } from '../records.js'
import type { Bytes } from '../values.js'
import { crc32 } from '../wire/crc32.js'
import { decodeData, encodeData } from '../wire/data.js'
import { FrameError } from '../wire/frameError.js'
import { decodeSnapshot, encodeSnapshot } from '../wire/snapshot.js'
import type { SnapshotByKey } from '../wire/snapshotByKey.js'
import { migrated } from './migrations.js'

/** What can be saved: a model, or the models of `learnByKey`. */
export interface Savable {
  readonly description?: Description
  /** What a program keeps beside the model, as plain data. */
  readonly about?: unknown
  snapshot(): Snapshot | SnapshotByKey
}

/** A model as it was saved: what it is, and what it has learned. */
export interface SavedModel {
  /** By this, a program that knows nothing of the model can predict with it; models by key may have none. */
  readonly description?: Description | undefined
  /** What a program has kept beside the model. */
  readonly about?: unknown
  readonly snapshot: Snapshot | SnapshotByKey
}

/** Is thrown if bytes are no saved model, or not all of one. None of them was used. */
export class SavedModelError extends Error {
  override readonly name = 'SavedModelError'
  /** What is wrong, as the rest of a sentence. */
  readonly what: string
  constructor(what: string, where = 'decodeModel') {
    super(`${where}: ${what}.`)
    this.what = what
  }
}

/**
 * The layout, little-endian:
 *
 *     8 bytes  89 52 58 47 0d 0a 1a 0a: "RXG", with ends of lines that a transfer as text would change
 *     u32      the version
 *     u32      the length of the head, which is plain data: { description, about }, as far as there are such
 *     u32      the length of the snapshot, which is a frame of the wire
 *              the head, then the snapshot
 *     u32      the CRC-32 of all bytes before
 */
const MAGIC = [0x89, 0x52, 0x58, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
export const SAVED_VERSION = 1
const START = 20
const END = 4

/**
 * Encodes a model as the bytes of a file: its description, and a snapshot of what it has learned. With the description,
 * a program that has no code of the model can predict with it (`predictorOf`).
 *
 * @example
 * const bytes = encodeModel(model)
 * predictorOf(bytes).predict(row)   // equal to model.predict(row), to the bit
 */
export const encodeModel = (model: Savable): Bytes => {
  checkModel('encodeModel', model, 'snapshot')
  const { description, about } = model
  const told = description === undefined ? {} : { description: plain(description) }
  const head = encodeData(about === undefined ? told : { ...told, about }, 'encodeModel')
  const snapshot = encodeSnapshot(model.snapshot())
  const bytes = new Uint8Array(START + head.length + snapshot.length + END)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  view.setUint32(8, SAVED_VERSION, true)
  view.setUint32(12, head.length, true)
  view.setUint32(16, snapshot.length, true)
  bytes.set(head, START)
  bytes.set(snapshot, START + head.length)
  const end = bytes.length - END
  view.setUint32(end, crc32(bytes, 0, end), true)
  return bytes
}

const isPredictor = (model: unknown): boolean =>
  typeof (model as { predict?: unknown } | null | undefined)?.predict === 'function'

/** Refuses what lacks a method of models. */
export const checkModel = (of: string, model: unknown, method: 'snapshot' | 'restore'): void => {
  if (typeof (model as Partial<Record<string, unknown>> | null | undefined)?.[method] !== 'function')
    throw new TypeError(
      `${of}: the model is ${shown(model)}; expected what createModel or learnByKey returns${isPredictor(model) ? '. A predictor only predicts: give loadModel a model too, and that one goes on' : ''}.`,
    )
}

/** A description may hold fields as objects with methods; what is kept is their settings, as on the wire. */
const plain = (description: Description): unknown => JSON.parse(JSON.stringify(description))

/**
 * Decodes the bytes of a saved model, of this version or an older one.
 *
 * @throws SavedModelError if they are anything but a whole saved model; TypeError if they are no bytes
 * @example
 * const { description, snapshot } = decodeModel(encodeModel(model))
 */
export const decodeModel = (bytes: Uint8Array): SavedModel => {
  if (Object.prototype.toString.call(bytes) !== '[object Uint8Array]')
    throw new TypeError(
      `decodeModel: ${shown(bytes)} is given; expected a Uint8Array, such as what encodeModel returns.`,
    )
  const size = bytes.length
  if (MAGIC.some((byte, i) => i < size && bytes[i] !== byte))
    throw new SavedModelError('these bytes are no saved model; expected what encodeModel or saveModel wrote')
  if (size < START + END) throw new SavedModelError(`it is cut off after ${size} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, size)
  const [version, head, snapshot] = [8, 12, 16].map((at) => view.getUint32(at, true)) as [number, number, number]
  const expected = START + head + snapshot + END
  if (version > SAVED_VERSION)
    throw new SavedModelError(
      `it was saved in format ${version}, and this rxgrad reads formats up to ${SAVED_VERSION}; install a newer one`,
    )
  if (version === 0) throw new SavedModelError('its format is 0, which there never was')
  if (size < expected)
    throw new SavedModelError(`it is cut off: it has ${size} bytes of the ${expected} that were written`)
  if (size > expected) throw new SavedModelError(`it has ${size} bytes, more than the ${expected} that were written`)
  if (view.getUint32(size - END, true) !== crc32(bytes, 0, size - END))
    throw new SavedModelError('it is damaged: its checksum differs')
  try {
    const start = START + head
    const { description, about } = decodeData(bytes.subarray(START, start)) as Pick<SavedModel, 'description' | 'about'>
    const found = { description, snapshot: decodeSnapshot(bytes.subarray(start, start + snapshot)) }
    const saved: SavedModel = about === undefined ? found : { ...found, about }
    return migrated(saved, version, SAVED_VERSION)
  } catch (error) {
    throw error instanceof FrameError ? new SavedModelError(error.what) : error
  }
}
