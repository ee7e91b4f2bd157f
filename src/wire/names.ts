import type { Value } from '../values.js'
import { FrameError } from './frameError.js'
import { bytesOfText, textOfBytes } from './texts.js'

/**
 * Vocabularies as bytes. Neither JSON nor MessagePack will do, because JSON loses NaN and −0, and MessagePack loses a
 * lone half of a surrogate pair. A replica that has another name than the server predicts something else.
 *
 *     list = u32 length, then the names
 *     name = u8 tag, then: 0 text: u32 bytes, UTF-8 · 1 text that is not well-formed: u32 bytes, UTF-16
 *                          2 number: f64 · 3 false · 4 true
 */
const TEXT = 0
const UNITS = 1
const NUMBER = 2
const FALSE = 3
const TRUE = 4

export const encodeNames = (lists: readonly (readonly Value[])[]): Uint8Array => {
  const texts = lists.map((list) => list.map((name) => (typeof name === 'string' ? bytesOfText(name) : undefined)))
  let size = 0
  lists.forEach((list, i) => {
    size += 4
    list.forEach((name, j) => {
      size += typeof name === 'string' ? 5 + texts[i][j]!.bytes.length : typeof name === 'number' ? 9 : 1
    })
  })
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = 0
  lists.forEach((list, i) => {
    view.setUint32(at, list.length, true)
    at += 4
    list.forEach((name, j) => {
      const text = texts[i][j]
      if (text !== undefined) {
        view.setUint8(at, text.wellFormed ? TEXT : UNITS)
        view.setUint32(at + 1, text.bytes.length, true)
        bytes.set(text.bytes, at + 5)
        at += 5 + text.bytes.length
      } else if (typeof name === 'number') {
        view.setUint8(at, NUMBER)
        view.setFloat64(at + 1, name, true)
        at += 9
      } else {
        view.setUint8(at, name ? TRUE : FALSE)
        at += 1
      }
    })
  })
  return bytes
}

/** @throws FrameError if the bytes are anything but `count` lists of names */
export const decodeNames = (bytes: Uint8Array, count: number): Value[][] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0

  const take = (size: number): number => {
    const start = at
    if (size > bytes.length - start)
      throw new FrameError(`the vocabulary ends in the middle of a name, at byte ${start}`)
    at += size
    return start
  }
  const text = (): Uint8Array => {
    const size = view.getUint32(take(4), true)
    const start = take(size)
    return bytes.subarray(start, start + size)
  }
  const name = (): Value => {
    const tag = bytes[take(1)]
    switch (tag) {
      case TEXT:
      case UNITS:
        return textOfBytes({ wellFormed: tag === TEXT, bytes: text() }, 'a name in the vocabulary')
      case NUMBER:
        return view.getFloat64(take(8), true)
      case FALSE:
        return false
      case TRUE:
        return true
      default:
        throw new FrameError(`a name in the vocabulary has the tag ${tag}; expected 0 to 4`)
    }
  }

  // A list takes at least 4 bytes, and a name at least 1: a larger count is refused before anything is allocated.
  if (count > bytes.length / 4) throw new FrameError(`${bytes.length} bytes are too few for ${count} vocabularies`)
  const lists: Value[][] = []
  for (let i = 0; i < count; i += 1) {
    const length = view.getUint32(take(4), true)
    if (length > bytes.length - at) throw new FrameError(`${bytes.length - at} bytes are too few for ${length} names`)
    const list: Value[] = []
    for (let j = 0; j < length; j += 1) list.push(name())
    lists.push(list)
  }
  if (at !== bytes.length) throw new FrameError(`the vocabulary has ${bytes.length - at} bytes too many`)
  return lists
}
