// How the compiled kernels stand in a text. A small byte is a letter of its own and the others are two, so that what repeats
// in the code repeats in the text, and a compressed bundle is a quarter smaller than with base64.

/** As test/config/kernels.js writes them; the last two stand before letters that mean more than they say. */
const letters = ' !#%&()+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~'
const SINGLE = letters.length - 2

/** The bytes of a text, so many. */
export const bytesOfText = (text: string, length: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(length)
  const places = new Uint8Array(128)
  for (let i = 0; i < letters.length; i++) places[letters.charCodeAt(i)] = i
  let above = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const place = places[text.charCodeAt(i)]!
    if (place >= SINGLE) above = (place - SINGLE + 1) * SINGLE
    else {
      bytes[at++] = above + place
      above = 0
    }
  }
  return bytes
}
