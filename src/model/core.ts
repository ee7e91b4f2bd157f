import { createVocabulary, type Vocabulary } from '../features/vocabulary.js'
import { chooseExecutor } from '../kernels/choose.js'
import { F32 } from '../program/bytecode.js'
import type { Arena, Executor, RowRun } from '../program/executor.js'
import { OUT_OF_BOUNDS, REFUSED } from '../program/kernel.js'
import { bytesOf } from '../program/lower.js'
import type { Parameter } from '../program/stepRows.js'
import type { Counters, Cursor, Field, Floats, ModelEvent, Unseen } from '../types.js'
import type { Program } from './assemble.js'
import { columnsOf, type Plan } from './configuration.js'
import { createEncoder, type Encoder } from './encode.js'
import { initialParameters } from './layout.js'
import { isF64, type RegionName } from './regions.js'

/** The rows of a window, as `commit` wants them. */
export interface Rows {
  readonly size: number
  readonly x: Float64Array
  readonly y: Float64Array
  readonly unseen: readonly Unseen[]
}

/** A window that is ready to step: its gradient stands in ∇ (the mean), its losses in the arena. */
export interface Window {
  readonly size: number
  readonly meanLoss: number
  readonly meanSquaredDelta: number
  readonly rejected: number
  readonly unlabelled: number
  readonly cursor: Cursor | undefined
  /** Undefined for a gradient from elsewhere: it advances no statistics. */
  readonly rows: Rows | undefined
}

/** The mutable heart of a model: its arena, its names, its counters. Everything else reads it or asks it to step. */
export interface Core {
  readonly plan: Plan
  readonly program: Program
  readonly tensors: readonly Parameter[]
  readonly vocabularies: readonly (Vocabulary | undefined)[]
  readonly encoder: Encoder
  /** Of all fields, features first. */
  readonly fields: readonly Field[]
  readonly features: number
  readonly targets: number
  /** The arena in the model's type, in f64, and in bytes. */
  readonly view: Floats
  readonly f64: Float64Array
  readonly bytes: Uint8Array
  step: number
  counters: { -readonly [K in keyof Counters]: number }
  cursor: Cursor | undefined
  /** Operators' own state, by name. */
  readonly kept: Map<string, unknown>
  healthy: { readonly step: number; readonly bytes: Uint8Array } | undefined
  /** Bytes of what a model's state is made of: what `healthy` holds. */
  readonly stateLength: number
  run(segment: string): number
  /** Learns rows one after another in one call, where the executor can. */
  readonly rows: RowRun | undefined
  /** A region's numbers, as a view that is valid until the arena grows. */
  region(name: RegionName): Floats
  /** Makes room for the losses of so many rows. */
  reserveRows(rows: number): void
  /** Before a step: keeps the state that a rollback would return to, when that is due; gives the steps until it is again. */
  keepHealthy(): number
  /** Steps until that state is to be kept; 0: now. */
  stepsUntilHealthy(): number
  /** After steps that were taken: counts them, rolls back where θ has left its bounds, tells of a drift. */
  taken(steps: number, rows: number, status: number, drifted: boolean): void
  /** After a step that was refused. */
  refused(): void
  /** Takes the step: θ, statistics, names, counters, cursor; or refuses it. */
  commit(window: Window): { readonly refused: boolean }
  /** Counts what a window that never closed had refused. */
  count(window: Pick<Window, 'rejected' | 'unlabelled' | 'cursor'>): void
  raise(event: ModelEvent): void
  /** Calls the listeners with what was raised since. Only ever after a step. */
  deliver(): void
  listen(listener: (event: ModelEvent) => void): () => void
}

/** The arena's views. On a prototype: an object with getters of its own is one that engines read slowly. */
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

/** The regions that a model's state is made of: contiguous from `parameters` to `statistics`. */
const stateBytes = ({ regions }: Program): readonly [start: number, end: number] => [
  regions.parameters.base,
  regions.statistics.base + regions.statistics.bytes,
]

export const createCore = (
  plan: Plan,
  tensors: readonly Parameter[],
  program: Program,
  executor: Executor = chooseExecutor(plan.executor),
): Core => {
  const { code, segments, regions, places, precision } = program
  const fields: readonly Field[] = [...Object.values(plan.features), ...Object.values(plan.target)]
  const features = Object.keys(plan.features).length
  const vocabularies = fields.map((field) =>
    field.kind === 'category' ? createVocabulary(field, columnsOf(field)) : undefined,
  )
  let capacity = 1
  const arena = executor.createArena(program.bytes + 8 * capacity)
  const execute = executor.load(code, arena)
  const listeners = new Set<(event: ModelEvent) => void>()
  const raised: ModelEvent[] = []
  let delivering = false

  const set64 = (address: number, value: number): void => {
    arena.f64[address >> 3] = value
  }
  /** The counts of names stand among the statistics, where the program reads them. */
  const writeCounts = (): void =>
    vocabularies.forEach((vocabulary, i) => {
      if (vocabulary) set64(places.counts[i] as number, vocabulary.values.length)
    })

  const takeHealthy = (): void => {
    const [start, end] = stateBytes(program)
    core.healthy = { step: core.step, bytes: core.bytes.slice(start, end) }
  }
  // counted by the optimizer's own steps, which a restored model has in common with the one it goes on from
  const stepsSinceHealthy = (): number => (arena.f64[places.steps >> 3] as number) % plan.guardEvery
  const rollBack = (): void => {
    const healthy = core.healthy as NonNullable<Core['healthy']>
    // a rate that was set live stays as it was set: it may be what was meant to help
    const rate = arena.f64[places.rate >> 3] as number
    core.bytes.set(healthy.bytes, stateBytes(program)[0])
    set64(places.rate, rate)
    set64(places.reach, Infinity)
    writeCounts()
    core.counters.rollbacks++
    core.raise({ kind: 'rollback', step: core.step, to: healthy.step, reason: 'a parameter left its bounds' })
  }

  const commitRows = ({ size, x, y, unseen }: Rows): void => {
    for (let i = 0; i < size; i++) {
      arena.f64.set(x.subarray(i * features, (i + 1) * features), places.x >> 3)
      arena.f64.set(y.subarray(i * core.targets, (i + 1) * core.targets), places.y >> 3)
      core.run('commit')
    }
    for (const { field, value } of unseen) vocabularies[field]?.commit(value)
    if (unseen.length > 0) writeCounts()
  }

  const own: Omit<Core, 'view' | 'f64' | 'bytes'> & { readonly arena: Arena } = {
    arena,
    plan,
    program,
    tensors,
    vocabularies,
    encoder: createEncoder(plan, vocabularies),
    fields,
    features,
    targets: fields.length - features,
    step: 0,
    counters: { learned: 0, rejected: 0, unlabelled: 0, refused: 0, rollbacks: 0, drifts: 0 },
    cursor: undefined,
    kept: new Map(),
    healthy: undefined,
    stateLength: stateBytes(program)[1] - stateBytes(program)[0],
    rows: plan.statistics === 'beforePrediction' ? executor.loadRows?.(code, program.rows, arena) : undefined,
    run(segment) {
      const [from, to] = segments[segment] as readonly [number, number]
      return execute(from, to)
    },
    region(name) {
      const { base, bytes } = regions[name]
      const array = isF64(name) ? arena.f64 : arena[precision]
      const elementBytes = array.BYTES_PER_ELEMENT
      return array.subarray(base / elementBytes, (base + bytes) / elementBytes)
    },
    reserveRows(rows) {
      if (rows <= capacity) return
      capacity = rows
      arena.grow(program.bytes + 8 * capacity)
    },
    stepsUntilHealthy() {
      const since = stepsSinceHealthy()
      return since === 0 || !core.healthy ? 0 : plan.guardEvery - since
    },
    keepHealthy() {
      const until = core.stepsUntilHealthy()
      if (until > 0) return until
      takeHealthy()
      return plan.guardEvery - stepsSinceHealthy()
    },
    taken(steps, rows, status, drifted) {
      core.step += steps
      core.counters.learned += rows
      if (status === OUT_OF_BOUNDS) rollBack()
      else if (drifted) {
        core.counters.drifts++
        core.raise({ kind: 'drift', step: core.step, detector: 'auto' })
      }
    },
    refused() {
      core.counters.refused++
      core.raise({
        kind: 'refusal',
        step: core.step,
        reason: 'the loss or a gradient is not finite, or too large to be safe',
      })
    },
    commit({ size, meanLoss, meanSquaredDelta, rejected, unlabelled, cursor, rows }) {
      core.keepHealthy()
      // a gradient from elsewhere brings no rows whose losses could be watched
      set64(places.batchSize, rows ? size : 0)
      set64(places.meanLoss, meanLoss)
      set64(places.meanSquaredDelta, meanSquaredDelta)
      const firings = places.drift === undefined ? 0 : (arena.f64[(places.drift >> 3) + 6] as number)
      const status = core.run('step')
      core.count({ rejected, unlabelled, cursor })
      if (status === REFUSED) {
        core.refused()
        return { refused: true }
      }
      if (rows) commitRows(rows)
      const drifted = places.drift !== undefined && (arena.f64[(places.drift >> 3) + 6] as number) > firings
      core.taken(1, size, status, drifted)
      return { refused: false }
    },
    count({ rejected, unlabelled, cursor }) {
      core.counters.rejected += rejected
      core.counters.unlabelled += unlabelled
      if (cursor !== undefined) core.cursor = cursor
    },
    raise: (event) => {
      raised.push(event)
    },
    deliver() {
      // a listener that learns raises events of its own: they follow those before them, for every listener
      if (delivering || raised.length === 0) return
      delivering = true
      try {
        for (let event = raised.shift(); event; event = raised.shift())
          for (const listener of listeners) tell(listener, event)
      } finally {
        delivering = false
      }
    },
    listen(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
  const core: Core = Object.setPrototypeOf(own, views)

  for (const { address, type, values } of program.constants)
    (type === F32 ? arena.f32 : arena.f64).set(values, address / (type === F32 ? 4 : 8))
  for (const { address, value } of places.initials) set64(address, value)
  core.view.set(initialParameters(plan, tensors), regions.parameters.base / bytesOf(precision))
  writeCounts()
  return core
}

/** A listener that throws is its owner's affair: the step is taken, and the others are told all the same. */
const tell = (listener: (event: ModelEvent) => void, event: ModelEvent): void => {
  try {
    listener(event)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
