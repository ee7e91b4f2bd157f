import { A_NAME, isName } from '../features/refusal.js'
import { shown } from '../options/shown.js'
import type { Snapshot } from '../records.js'
import type { Bytes, Cursor, Value } from '../values.js'
import { decodeData, encodeData } from './data.js'
import { encodeFrame, type TensorFrame } from './frame.js'
import { FrameError } from './frameError.js'
import { decodeNames } from './names.js'
import { vocabularySection } from './publication.js'
import type { Section, SectionRegion } from './sections.js'
import { readU64 } from './u64.js'

export interface CountersByKey {
  /** The number of keys whose model made room for another key's. */
  readonly evicted: number
  /** The number of rows without a key; rows that a model rejects are counted by that model. */
  readonly rejected: number
}

/** The models of all keys, as they stand after a row; learning goes on from it with the same bits. */
export interface SnapshotByKey<K extends Value = Value> {
  readonly kind: 'byKey'
  readonly format: 1
  /** The keys, the least recently seen first, and the snapshot of each one's model. */
  readonly keys: readonly K[]
  readonly snapshots: readonly Snapshot[]
  readonly counters: CountersByKey
  readonly cursor: Cursor | undefined
}

/** Where a frame tells its own length. */
const LENGTH_AT = 16

export const isByKey = (snapshot: unknown): snapshot is SnapshotByKey =>
  (snapshot as Partial<SnapshotByKey> | null | undefined)?.kind === 'byKey'

/** Encodes a snapshot of models by key: the keys, the frame of each one's snapshot, and the rest. */
export const encodeByKey = (snapshot: SnapshotByKey, encodeOne: (snapshot: Snapshot) => Bytes): Bytes => {
  const { keys, snapshots, format, counters, cursor } = snapshot
  const refuse = (part: string, value: unknown, expected: string): never => {
    throw new TypeError(`encodeSnapshot: the snapshot's ${part} is ${shown(value)}; expected ${expected}.`)
  }
  if (!Array.isArray(keys)) refuse('keys', keys, 'a list of keys')
  for (const [i, key] of keys.entries()) if (!isName(key)) refuse(`keys[${i}]`, key, A_NAME)
  if (!Array.isArray(snapshots) || snapshots.length !== keys.length)
    refuse('snapshots', snapshots, `a list of ${keys.length}, one for each key`)
  const frames = snapshots.map(encodeOne)
  const models = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const frame of frames) {
    models.set(frame, at)
    at += frame.length
  }
  const rest = encodeData({ format, counters, cursor }, 'encodeSnapshot')
  const whole = { codec: 'raw', start: 0 } as const
  return encodeFrame({
    ...{ kind: 'byKey', epoch: 0, layout: 0, step: 0 },
    sections: [
      vocabularySection([keys]),
      { region: 'models', element: 'bytes', ...whole, count: models.length, bytes: models },
      { region: 'rest', element: 'data', ...whole, count: 1, bytes: rest },
    ],
  })
}

/** @throws FrameError unless these are the sections of a whole snapshot of models by key */
export const decodeByKey = ({ sections }: TensorFrame, decodeOne: (bytes: Uint8Array) => Snapshot): SnapshotByKey => {
  const partOf = (region: SectionRegion): Section => {
    const part = sections.find((each) => each.region === region)
    if (!part) throw new FrameError(`it has no ${region}`)
    return part
  }
  const [names, models, rest] = [partOf('vocabulary'), partOf('models'), partOf('rest')]
  if (sections.length > 3 || sections.some(({ start }) => start !== 0))
    throw new FrameError('a part of it is there in pieces')
  const [keys, ...others] = decodeNames(names.bytes, names.count)
  if (!keys || others.length > 0) throw new FrameError(`it has ${names.count} lists of keys; expected one`)
  const { format, counters, cursor } = (decodeData(rest.bytes) ?? {}) as SnapshotByKey
  const snapshots = framesOf(models.bytes).map(decodeOne)
  if (snapshots.length !== keys.length)
    throw new FrameError(`it has ${snapshots.length} snapshots; expected one for each of ${keys.length} keys`)
  return { kind: 'byKey', format, keys, snapshots, counters, cursor }
}

/** Returns the frames that follow one another, by the length that each tells. */
const framesOf = (bytes: Uint8Array): readonly Uint8Array[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const frames: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = at + LENGTH_AT + 8 > bytes.length ? 0 : readU64(view, at + LENGTH_AT)
    if (length === 0 || at + length > bytes.length) throw new FrameError('the snapshot of a key is cut off')
    frames.push(bytes.subarray(at, at + length))
    at += length
  }
  return frames
}
