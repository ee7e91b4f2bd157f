// The encoding of the compiled kernels as text. A frequent byte is one letter and any other byte is two, so that
// repetitions in the code are repetitions in the text, and a compressed bundle is a quarter smaller than with base64.

/**
 * The letters as test/config/kernels.js writes them; each of the last two stands before another letter and changes its
 * value.
 */
const letters = ' !#%&()+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~'
const SINGLE = letters.length - 2
/** Was added to each byte, modulo 256, so that the most frequent bytes are single letters. */
const SHIFT = 4
/** These pairs of bytes changed places after that, for the same reason. */
const SWAPPED = [110, 70, 244, 3, 234, 55, 246, 63, 120, 83, 232, 54, 131, 85, 245, 2]

/** Decodes a text into the given number of bytes. */
export const bytesOfText = (text: string, length: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(length)
  const places = new Uint8Array(128)
  for (let i = 0; i < letters.length; i++) places[letters.charCodeAt(i)] = i
  let above = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const place = places[text.charCodeAt(i)]
    if (place >= SINGLE) above = (place - SINGLE + 1) * SINGLE
    else {
      const byte = above + place
      const swapped = SWAPPED.indexOf(byte)
      bytes[at++] = (swapped < 0 ? byte : SWAPPED[swapped ^ 1]) - SHIFT
      above = 0
    }
  }
  return bytes
}
