import { log64 } from '../program/elementary/index.js'

/** The number of registers, a power of two. */
const REGISTERS = 256
const BITS = 8
/** The factor that makes the harmonic mean an estimate without bias. */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS)

/** Up to this count the hashes themselves are kept, and the count is exact but for equal hashes. */
const FEW = 64

/** Counts how many different values there were, in little memory. */
export interface Distinct {
  /** Adds a value by a hash of 32 bits. */
  add(hash: number): void
  /** Returns about how many different values were added. */
  count(): number
}

/** Spreads the bits of a hash: the finalizer of MurmurHash3 (Austin Appleby, in the public domain). */
export const mixed = (hash: number): number => {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * Counts different values by their hashes: each of m registers keeps the largest number of zeros before the first one
 * bit of the hashes that select it, plus 1. The count is αm²/Σ2^−M, within 6.5 % in the mean; or m·ln(m/V) as long as V
 * registers are empty and the former is at most 2.5m.
 *
 * Flajolet, Fusy, Gandouet and Meunier, "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm"
 * (2007).
 */
export const createDistinct = (): Distinct => {
  const registers = new Uint8Array(REGISTERS)
  let sum = REGISTERS
  let empty = REGISTERS
  let estimate = 0
  const few = new Set<number>()
  return {
    add(hash) {
      const h = mixed(hash)
      if (few.size < FEW) estimate = few.add(h).size
      const i = h >>> (32 - BITS)
      let rank = 1
      while (rank <= 32 - BITS && ((h << (BITS + rank - 1)) & 0x80000000) === 0) rank++
      if (rank <= registers[i]) return
      if (registers[i] === 0) empty--
      sum += 1 / (1 << rank) - 1 / (1 << registers[i])
      registers[i] = rank
      if (few.size < FEW) return
      const raw = (ALPHA * REGISTERS * REGISTERS) / sum
      const isFew = raw <= 2.5 * REGISTERS && empty > 0
      estimate = Math.max(estimate, Math.floor((isFew ? REGISTERS * log64(REGISTERS / empty) : raw) + 0.5))
    },
    count: () => estimate,
  }
}
