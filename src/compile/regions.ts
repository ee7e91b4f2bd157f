import { F64 } from '../program/abi.js'
import { align, bytesOf, type Constant, createRegion, type Region, typeOf } from '../program/assembler.js'
import type { Precision } from '../values.js'

/**
 * The regions of an arena, in their order. The model's state comes first, from `parameters` to `statistics`. The
 * regions of a row come last, from `raw` on: they exist once for each row of a window.
 */
const REGIONS = [
  'parameters',
  'slots',
  'scalars',
  'statistics',
  'gradient',
  'shards',
  'constants',
  'constants64',
  'scratch',
  'temporaries',
  'raw',
  'activations',
  'link',
  'losses',
] as const
export type RegionName = (typeof REGIONS)[number]
export type Regions = Readonly<Record<RegionName, Region>>

const OF_F64: ReadonlySet<RegionName> = new Set([
  ...(['scalars', 'statistics', 'constants64', 'temporaries', 'raw', 'link', 'losses'] as const),
])
/** Tells whether a region holds f64 regardless of the model's type. */
export const isF64 = (name: RegionName): boolean => OF_F64.has(name)

export const createRegions = (precision: Precision, baseOf: (name: RegionName) => number): Regions =>
  Object.fromEntries(
    REGIONS.map((name) => [name, createRegion(baseOf(name), isF64(name) ? 8 : bytesOf(precision))]),
  ) as unknown as Regions

/** Where each region begins, and the stride from one row's regions to the next row's. */
export interface Bases {
  of(name: RegionName): number
  readonly rowStride: number
}
export const NO_BASES: Bases = { of: () => 0, rowStride: 0 }

/** Places the regions one after another, each aligned to 16 bytes, and each row's to 64. */
export const basesOf = (measured: Regions): Bases => {
  const bases = new Map<RegionName, number>()
  let base = 0
  for (const name of REGIONS) {
    if (name === 'raw') base = (base + 63) & ~63
    bases.set(name, base)
    base = align(base + measured[name].bytes)
  }
  const of = (name: RegionName): number => bases.get(name) as number
  return { of, rowStride: (base - of('raw') + 63) & ~63 }
}

/** The constants of a program: tensors in the model's type, and f64 scalars, each value stored once. */
export interface Constants {
  readonly all: readonly Constant[]
  tensor(values: readonly number[]): number
  scalar(value: number): number
}

export const createConstants = (precision: Precision, { constants, constants64 }: Regions): Constants => {
  const all: Constant[] = []
  const scalars = new Map<number, number>()
  const put = (region: Region, type: number, values: readonly number[]): number => {
    const address = region.take(values.length)
    all.push({ address, type, values })
    return address
  }
  return {
    all,
    tensor: (values) => put(constants, typeOf(precision), values),
    scalar(value) {
      const address = scalars.get(value) ?? put(constants64, F64, [value])
      scalars.set(value, address)
      return address
    },
  }
}
