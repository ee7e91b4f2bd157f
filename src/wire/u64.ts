import { FrameError } from './frameError.js'

/** Writes a whole number up to 2⁵³ − 1, the largest that a JavaScript number holds exactly, as little-endian u64. */
export const writeU64 = (view: DataView, at: number, value: number): void => {
  view.setUint32(at, value >>> 0, true)
  view.setUint32(at + 4, Math.floor(value / 0x100000000), true)
}

/** @throws FrameError if the number is beyond 2⁵³ − 1 */
export const readU64 = (view: DataView, at: number): number => {
  const high = view.getUint32(at + 4, true)
  if (high > 0x1fffff) throw new FrameError(`the number at byte ${at} is beyond 2⁵³`)
  return high * 0x100000000 + view.getUint32(at, true)
}
