/** There are four tables, so that four bytes are taken at a time, which is about 3 times as fast as byte by byte. */
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
 * Returns the CRC-32 of `bytes[start, end)`, as zip, gzip and PNG compute it. `before` is the sum of the bytes before
 * them, so that a sum can be computed in pieces. The sum detects every change of one bit, and every burst of up to 32.
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
