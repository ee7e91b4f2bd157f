import { cos64, log64 } from './program/elementary/index.js'

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24]
const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by))

/**
 * Threefry-2x32, 20 rounds: 64 random bits as a pure function of a key and a counter.
 *
 * Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
 */
export const threefry = (key0: number, key1: number, counter0: number, counter1: number): [number, number] => {
  const keys = [key0 | 0, key1 | 0, 0x1bd11bda ^ key0 ^ key1]
  let x = (counter0 + key0) | 0
  let y = (counter1 + key1) | 0
  for (let round = 0; round < 20; round++) {
    x = (x + y) | 0
    y = rotate(y, ROTATIONS[round & 7]) ^ x
    if ((round & 3) === 3) {
      const injection = (round >> 2) + 1
      x = (x + keys[injection % 3]) | 0
      y = (y + keys[(injection + 1) % 3] + injection) | 0
    }
  }
  return [x >>> 0, y >>> 0]
}

/** A 32-bit hash of a text (FNV-1a), for names and layouts; it is not meant for cryptography. */
export const hashText = (text: string, basis = 0x811c9dc5): number => {
  let hash = basis
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Random numbers that depend on a seed, a name and an index alone, never on the order in which they are drawn. */
export interface Random {
  /** Returns the i-th uniform number in [0, 1), with 53 bits. */
  uniform(i: number): number
  /** Returns the i-th number of N(0, 1), by the Box–Muller transform. */
  normal(i: number): number
}

/**
 * Creates a stream of random numbers, independent for each name under one seed.
 *
 * @example
 * const random = createRandom(7, 'dense1.W')
 * random.uniform(0)   // always the same
 */
export const createRandom = (seed: number, name: string): Random => {
  const key = hashText(name)
  const uniform = (i: number): number => {
    const [x, y] = threefry(seed | 0, key, i | 0, Math.floor(i / 4294967296))
    return ((x >>> 5) * 67108864 + (y >>> 6)) / 9007199254740992
  }
  const normal = (i: number): number =>
    Math.sqrt(-2 * log64(1 - uniform(2 * i))) * cos64(6.283185307179586 * uniform(2 * i + 1))
  return { uniform, normal }
}
