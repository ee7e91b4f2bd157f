import type { Compiled } from '../../compile/compiled.js'
import type { Plan } from '../../compile/configuration.js'
import { initialParameters } from '../../compile/layout.js'
import type { Program } from '../../compile/places.js'
import { isF64, type RegionName } from '../../compile/regions.js'
import { type Field, isCategory, widthOf } from '../../features/field.js'
import type { Memories } from '../../features/memory.js'
import type { Room } from '../../features/room.js'
import type { Vocabulary } from '../../features/vocabulary.js'
import { ANY, F32 } from '../../program/abi.js'
import { bytesOf } from '../../program/assembler.js'
import type { Arena, Executor, RowRun } from '../../program/executor.js'
import type { Parameter } from '../../program/stepRows.js'
import type { Counters } from '../../records.js'
import type { Cursor, Floats } from '../../values.js'

/** How the states of operators are saved and checked, by name. */
export interface Keeping {
  saved(name: string, state: unknown): unknown
  problemOf(name: string, saved: unknown): string | undefined
}

/** What a model's fields remember of earlier rows. */
export interface CoreMemories {
  /** The memories as of the last step, which `predict` reads. */
  readonly committed: Memories
  /** The memories as of the last row that arrived, by which the next row is read. */
  ahead: Memories
}

/** The mutable state of a model: its arena, its names and its counters. All other parts read it or ask it to step. */
export interface Core {
  readonly plan: Plan
  readonly program: Program
  readonly tensors: readonly Parameter[]
  readonly vocabularies: readonly (Vocabulary | undefined)[]
  /** What counts the names for which there is no room, by field; undefined for fields that have room for all. */
  readonly rooms: readonly (Room | undefined)[]
  /** What fields remember of earlier rows; undefined if no field remembers anything. */
  readonly memories: CoreMemories | undefined
  /** All fields; features come first. */
  readonly fields: readonly Field[]
  readonly features: number
  /** How many numbers a row's features take. */
  readonly width: number
  readonly targets: number
  /** The arena in the model's type, as f64, and as bytes. */
  readonly view: Floats
  readonly f64: Float64Array
  readonly bytes: Uint8Array
  step: number
  /** The step of the first row that was learned; ∞ until then. Earlier predictions knew no label. */
  learnedSince: number
  counters: { -readonly [K in keyof Counters]: number }
  /** The rows of an open window that are counted already, but not yet committed with it. */
  open: Pick<Counters, 'rejected' | 'unlabelled'>
  cursor: Cursor | undefined
  /**
   * Where rows are ordered before they are learned: returns the place from which the source goes on, which is not that
   * of the row learned last.
   */
  sourceCursor: (() => Cursor | undefined) | undefined
  /** The state of operators, by name. */
  readonly kept: Map<string, unknown>
  /** How the operators that are subscribed save and check their states; undefined until there is one. */
  keeping: Keeping | undefined
  healthy: { readonly step: number; readonly bytes: Uint8Array } | undefined
  /** The number of bytes of a model's state, which is what `healthy` holds. */
  readonly stateLength: number
  run(segment: string, first?: number, count?: number): number
  /** Learns consecutive rows in one call, if the executor can. */
  readonly rows: RowRun | undefined
  /** Whether some numbers of a chunk are to be checked by their field, before the kernels may have them. */
  readonly checksChunks: boolean
  /** Allocates `n` numbers of the model's type. */
  floats(n: number): Floats
  /** Returns a region's numbers, as a view that is valid until the arena grows. */
  region(name: RegionName): Floats
  /** Writes a gradient from elsewhere into ∇. */
  setGradient(values: Floats): void
  /** Makes room for `rows` rows side by side. */
  reserveRows(rows: number): void
  /** Writes the counts of names into the statistics, where the program reads them. */
  writeCounts(): void
}

/**
 * The arena's views. They are on a prototype, because JavaScript engines read an object with its own getters slowly.
 */
const views = {
  get view() {
    return this.arena[this.program.precision]
  },
  get f64() {
    return this.arena.f64
  },
  get bytes() {
    return this.arena.bytes
  },
} as Core & { readonly arena: Arena }

/** Returns the range of a model's state, whose regions are contiguous from `parameters` to `statistics`. */
export const stateBytes = ({ regions }: Program): readonly [start: number, end: number] => [
  regions.parameters.base,
  regions.statistics.base + regions.statistics.bytes,
]

/** Tells whether the kernels check the numbers of a field themselves: they know names and sparse rows. */
const isKnownToKernels = (field: Field): boolean => field.sparse !== undefined || isCategory(field)
/** Tells whether the kernels that learn rows in one call can read a field: one number, a name, or a sparse row. */
const isPlainToKernels = (field: Field): boolean => !field.memory && (isKnownToKernels(field) || widthOf(field) === 1)

/** @param seed seeds the initial values of θ */
export const createCore = ({ plan, tensors, program }: Compiled, executor: Executor, seed: number): Core => {
  const { code, segments, regions, places, precision } = program
  const fields: readonly Field[] = [...Object.values(plan.features), ...Object.values(plan.target)]
  const features = Object.keys(plan.features).length
  const vocabularies = fields.map((field) => field.vocabulary?.())
  const remembering = fields.find(({ memory }) => memory)?.memory?.()
  const committed = remembering?.gather(plan.features, plan.target, vocabularies)
  const { rowStart, rowStride } = program
  let capacity = 1
  const arena = executor.createArena(rowStart + rowStride * capacity)
  const execute = executor.load(code, arena)
  const set64 = (address: number, value: number): void => {
    arena.f64[address >> 3] = value
  }
  /** Writes the counts of names into the statistics, where the program reads them. */
  const writeCounts = (): void =>
    vocabularies.forEach((vocabulary, i) => {
      if (vocabulary) set64(places.counts[i], vocabulary.values.length)
    })

  const own: Omit<Core, 'view' | 'f64' | 'bytes'> & { readonly arena: Arena } = {
    arena,
    plan,
    program,
    tensors,
    vocabularies,
    rooms: fields.map((field, i) => field.room?.(vocabularies[i])),
    memories: committed && { committed, ahead: committed.copy() },
    fields,
    features,
    width: fields.slice(0, features).reduce((sum, field) => sum + widthOf(field), 0),
    targets: fields.length - features,
    step: 0,
    learnedSince: Infinity,
    counters: {
      ...{ learned: 0, rejected: 0, unlabelled: 0, refused: 0, rollbacks: 0, drifts: 0, clipped: 0, discarded: 0 },
      ...{ shortened: 0, crowded: 0 },
    },
    open: { rejected: 0, unlabelled: 0 },
    cursor: undefined,
    sourceCursor: undefined,
    kept: new Map(),
    keeping: undefined,
    healthy: undefined,
    stateLength: stateBytes(program)[1] - stateBytes(program)[0],
    rows:
      program.rows !== undefined && plan.statistics === 'beforePrediction' && fields.every(isPlainToKernels)
        ? executor.loadRows?.(code, program.rows, arena)
        : undefined,
    checksChunks: fields.some((field) => field.copy && !isKnownToKernels(field)),
    run(segment, first = 0, count = 1) {
      const [from, to] = segments[segment]
      if (first === 0 && count === 1) return execute(from, to)
      return from === to ? 0 : execute(from, to, { first, count, start: rowStart, stride: rowStride })
    },
    floats: (n) => (precision === 'f32' ? new Float32Array(n) : new Float64Array(n)),
    region(name) {
      const { base, bytes } = regions[name]
      const array = isF64(name) ? arena.f64 : arena[precision]
      const elementBytes = array.BYTES_PER_ELEMENT
      return array.subarray(base / elementBytes, (base + bytes) / elementBytes)
    },
    setGradient(values) {
      core.region('gradient').set(values)
      for (const list of places.lists) set64(list, ANY)
    },
    reserveRows(rows) {
      if (rows <= capacity) return
      capacity = rows
      arena.grow(rowStart + rowStride * capacity)
    },
    writeCounts,
  }
  const core: Core = Object.setPrototypeOf(own, views)

  for (const { address, type, values } of program.constants)
    (type === F32 ? arena.f32 : arena.f64).set(values, address / (type === F32 ? 4 : 8))
  for (const { address, value } of places.initials) set64(address, value)
  core.view.set(initialParameters(plan, tensors, seed), regions.parameters.base / bytesOf(precision))
  writeCounts()
  return core
}
