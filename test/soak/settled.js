/** Returns the bytes in use once no more are freed; finalizers and the memory of typed arrays are freed last. */
export const settled = async () => {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < 20; i++) {
    globalThis.gc()
    await new Promise((later) => setImmediate(later))
    const { heapUsed, external } = process.memoryUsage()
    if (heapUsed + external > least - 2000) break
    least = heapUsed + external
  }
  return least
}
