import { FrameError } from './frameError.js'
import { bytesOfText, textOfBytes } from './texts.js'

/**
 * Plain data as bytes: JSON would lose NaN, infinities and −0, and MessagePack −0.
 *
 *     value = u8 tag, then: 0 text: u32 bytes, UTF-8 · 1 text that is not well-formed: u32 bytes, UTF-16
 *                           2 number: f64 · 3 false · 4 true · 5 null · 6 undefined
 *                           7 list: u32 length, its values · 8 record: u32 length, for each part its name and value
 */
const TEXT = 0
const UNITS = 1
const NUMBER = 2
const SINGLE: readonly unknown[] = [false, true, null, undefined]
const FIRST_SINGLE = 3
const LIST = 7
const RECORD = 8

/** The deepest nesting: bytes from an unknown sender could nest without end. */
const DEEPEST = 99

/**
 * @param from names who encodes, in an error
 * @throws TypeError if the value is anything but text, numbers, true, false, null, undefined, lists and records
 */
export const encodeData = (value: unknown, from = 'encodeData'): Uint8Array => {
  let bytes = new Uint8Array(1024)
  let view = new DataView(bytes.buffer)
  let size = 0
  /** The names and indices that lead to the present part. */
  const trail: (string | number)[] = []
  const take = (count: number): number => {
    const start = size
    size += count
    if (size > bytes.length) {
      const larger = new Uint8Array(2 * size)
      larger.set(bytes)
      bytes = larger
      view = new DataView(bytes.buffer)
    }
    return start
  }
  const head = (tag: number, length: number): void => {
    const at = take(5)
    bytes[at] = tag
    view.setUint32(at + 1, length, true)
  }
  const writeText = (text: string): void => {
    const start = take(5 + text.length)
    // Most texts are names in ASCII, which has a byte for each unit; an encoder costs more than they do.
    let i = 0
    for (; text.charCodeAt(i) < 128; i += 1) bytes[start + 5 + i] = text.charCodeAt(i)
    size = start
    if (i === text.length) {
      head(TEXT, i)
      size += i
    } else {
      const own = bytesOfText(text)
      head(own.wellFormed ? TEXT : UNITS, own.bytes.length)
      const at = take(own.bytes.length)
      bytes.set(own.bytes, at)
    }
  }
  const write = (part: unknown, depth: number): void => {
    const single = SINGLE.indexOf(part)
    if (single >= 0) {
      // The room is taken first, because the bytes may move.
      const start = take(1)
      bytes[start] = FIRST_SINGLE + single
    } else if (typeof part === 'string') writeText(part)
    else if (typeof part === 'number') {
      const start = take(9)
      bytes[start] = NUMBER
      view.setFloat64(start + 1, part, true)
    } else if (Array.isArray(part) && depth < DEEPEST) {
      head(LIST, part.length)
      for (let i = 0; i < part.length; i += 1) {
        trail.push(i)
        write(part[i], depth + 1)
        trail.pop()
      }
    } else if (Object.prototype.toString.call(part) === '[object Object]' && depth < DEEPEST) {
      const names = Object.keys(part as object)
      head(RECORD, names.length)
      for (const name of names) {
        writeText(name)
        trail.push(name)
        write((part as Record<string, unknown>)[name], depth + 1)
        trail.pop()
      }
    } else {
      const given = depth < DEEPEST ? Object.prototype.toString.call(part) : `nested more than ${DEEPEST} levels deep`
      const at = trail.map((place) => (typeof place === 'number' ? `[${place}]` : `.${place}`)).join('')
      throw new TypeError(
        `${from}: ${at.slice(1) || 'the value'} is ${given}; expected plain data: lists, records, text, numbers, true, false.`,
      )
    }
  }
  write(value, 0)
  return bytes.slice(0, size)
}

/** @throws FrameError if the bytes are anything but one value */
export const decodeData = (bytes: Uint8Array): unknown => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const take = (size: number): number => {
    const start = at
    if (size > bytes.length - start) throw new FrameError(`its data end in the middle of a value, at byte ${start}`)
    at += size
    return start
  }
  /** Every part takes at least one byte, so a larger count is refused before anything is allocated. */
  const count = (): number => {
    const length = view.getUint32(take(4), true)
    if (length > bytes.length - at) throw new FrameError(`${bytes.length - at} bytes are too few for ${length} values`)
    return length
  }
  const read = (depth: number): unknown => {
    const tag = bytes[take(1)]
    if (tag === NUMBER) return view.getFloat64(take(8), true)
    if (tag >= FIRST_SINGLE && tag < LIST) return SINGLE[tag - FIRST_SINGLE]
    if (tag > RECORD) throw new FrameError(`a value has the tag ${tag}; expected 0 to ${RECORD}`)
    if (tag >= LIST && depth > DEEPEST) throw new FrameError(`its data are nested more than ${DEEPEST} levels deep`)
    const length = count()
    if (tag === LIST) {
      const list: unknown[] = []
      for (let i = 0; i < length; i += 1) list.push(read(depth + 1))
      return list
    }
    if (tag === RECORD) {
      const entries: [string, unknown][] = []
      for (let i = 0; i < length; i += 1) {
        const name = read(depth + 1)
        if (typeof name !== 'string') throw new FrameError('the name of a part is not text')
        entries.push([name, read(depth + 1)])
      }
      // An entry becomes a part of its own, also if it is called __proto__.
      return Object.fromEntries(entries)
    }
    const start = take(length)
    return textOfBytes({ wellFormed: tag === TEXT, bytes: bytes.subarray(start, start + length) }, 'a text')
  }
  const value = read(0)
  if (at !== bytes.length) throw new FrameError(`${bytes.length - at} bytes follow its data`)
  return value
}
