/** Four tables, so that four bytes are taken at a time: some 3 times the speed of one. */
const tables: Int32Array = /* @__PURE__ */ (() => {
  const made = new Int32Array(1024)
  for (let n = 0; n < 256; n += 1) {
    let c = n
    for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
    made[n] = c
  }
  for (let n = 256; n < 1024; n += 1) made[n] = (made[n - 256] >>> 8) ^ made[made[n - 256] & 255]
  return made
})()

/**
 * CRC-32 as zip, gzip and PNG take it, of `bytes[start, end)`. `before` is the sum of what came before, so that a sum
 * can be taken in pieces. Finds every change of one bit, and every burst of up to 32.
 */
export const crc32 = (bytes: Uint8Array, start = 0, end: number = bytes.length, before = 0): number => {
  let c = ~before
  let i = start
  for (; i + 4 <= end; i += 4) {
    c ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
    c = tables[768 + (c & 255)] ^ tables[512 + ((c >>> 8) & 255)] ^ tables[256 + ((c >>> 16) & 255)] ^ tables[c >>> 24]
  }
  for (; i < end; i += 1) c = (c >>> 8) ^ tables[(c ^ bytes[i]) & 255]
  return ~c >>> 0
}
