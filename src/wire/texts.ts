import { FrameError } from './frameError.js'

/** A text as bytes: UTF-8 where that is lossless, and UTF-16 for a text with a lone half of a surrogate pair. */
export interface TextBytes {
  readonly wellFormed: boolean
  readonly bytes: Uint8Array
}

const encoder = /* @__PURE__ */ new TextEncoder()
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const bytesOfText = (text: string): TextBytes => {
  if (!/\p{Surrogate}/u.test(text)) return { wellFormed: true, bytes: encoder.encode(text) }
  const bytes = new Uint8Array(text.length * 2)
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    bytes[2 * i] = unit & 255
    bytes[2 * i + 1] = unit >>> 8
  }
  return { wellFormed: false, bytes }
}

/**
 * @param what names the text in an error
 * @throws FrameError
 */
export const textOfBytes = ({ wellFormed, bytes }: TextBytes, what: string): string => {
  if (wellFormed) {
    try {
      return decoder.decode(bytes)
    } catch {
      throw new FrameError(`${what} is not UTF-8`)
    }
  }
  if (bytes.length % 2 !== 0) throw new FrameError(`${what} ends within a UTF-16 unit`)
  let made = ''
  for (let i = 0; i < bytes.length; i += 2) made += String.fromCharCode(bytes[i] | (bytes[i + 1] << 8))
  return made
}
