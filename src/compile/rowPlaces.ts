import { RING_HEAD, RING_ROWS, SCALER_SIZE } from '../program/abi.js'
import type { Region } from '../program/assembler.js'
import { bytesOf } from '../program/assembler.js'
import type { Plan } from './configuration.js'
import type { ChainLayer } from './denseChain.js'
import type { Regions } from './regions.js'
import type { RowParts } from './rowParts.js'

/** Layers with at least this many weights take their step during the next row's forward pass. */
const LARGE = 16384

/** The memory that the rows' kernels need in addition to the program's. */
export interface RowPlaces {
  readonly move: number
  readonly next: number
  readonly targetNext: number
  readonly layers: readonly LayerPlaces[]
  /** Where the rows of a sparse layer are read to, and their stride. */
  readonly ring: number
  readonly ringStride: number
}
export interface LayerPlaces {
  readonly out: number
  readonly delta: number
  readonly list: number
  readonly before: number
  readonly deltaBefore: number
  readonly pending: number
}

export const place = (
  { precision, features }: Plan,
  { chain, sparse }: RowParts,
  inputs: number,
  { temporaries, scratch }: Regions,
): RowPlaces => {
  // Sizes are rounded up to cache lines, so that a kernel may read and write whole lines.
  const line = 64 / bytesOf(precision)
  const vector = (n: number): number => padded(scratch, n, line)
  // An entry is a head followed by three lists of whole vectors.
  const ringStride = sparse ? RING_HEAD + 3 * 4 * ((sparse.shape.active + 3) & ~3) : 0
  return {
    ringStride,
    ring: sparse ? vector((RING_ROWS * ringStride) / 4) : -1,
    move: temporaries.take(1),
    next: temporaries.take(SCALER_SIZE * Object.keys(features).length),
    targetNext: temporaries.take(SCALER_SIZE),
    layers: (chain ?? []).map(({ units }, i) => {
      const n = i === 0 ? inputs : (chain as readonly ChainLayer[])[i - 1].units
      // With fewer than four units, sums have another order and steps are taken at once.
      const large = units >= 4 && n * units >= LARGE
      return {
        ...{ out: vector(units), delta: vector(units) },
        list: large ? vector(n) : -1,
        before: large ? vector(n) : -1,
        deltaBefore: large ? vector(units) : -1,
        pending: large ? vector(1) : -1,
      }
    }),
  }
}
const padded = (region: Region, n: number, line: number): number => region.take(Math.floor(n / line + 1) * line)
