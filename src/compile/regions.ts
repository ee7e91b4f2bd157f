import { F64 } from '../program/abi.js'
import { align, bytesOf, type Constant, createRegion, type Region, typeOf } from '../program/assembler.js'
import type { Precision } from '../values.js'

/**
 * The stretches of an arena, in their order. What a model is made of stands first: `parameters` to `statistics`. A row's
 * own stand last, from `raw` on: they are there once for each row that is worked on at once.
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
/** Whether a region holds f64 whatever the model's type. */
export const isF64 = (name: RegionName): boolean => OF_F64.has(name)

export const createRegions = (precision: Precision, baseOf: (name: RegionName) => number): Regions =>
  Object.fromEntries(
    REGIONS.map((name) => [name, createRegion(baseOf(name), isF64(name) ? 8 : bytesOf(precision))]),
  ) as unknown as Regions

/** Where each region begins, and how far apart two rows' regions stand. */
export interface Bases {
  of(name: RegionName): number
  readonly rowStride: number
}
export const NO_BASES: Bases = { of: () => 0, rowStride: 0 }

/** One after another, each on 16 bytes; a row's on 64. */
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

/** Numbers of the program: tensors in the model's type, and f64 scalars, each value once. */
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
