import type { CompiledModel } from '../compile/compiled.js'
import type { Model } from '../model.js'
import type { ModelEvent } from '../records.js'
import { BuiltModel, type Origin } from './buildModel.js'
import { type Parts, type PartsUser, partsOf } from './parts.js'
import { createRecency, type Linked, type Recency } from './recency.js'
import { createEvents, type Events } from './state/events.js'
import { type SwappedOut, swapIn, swapInNew, swapOut } from './state/swap.js'
import type { Workings } from './workings.js'

/**
 * Lets many models share a few sets of working parts: those used last have one each, and the state of the others alone
 * is kept, in as many bytes as their parameters, optimizer slots and statistics take.
 */
export interface Swapping {
  /** @param tell is called with each event of the model, after the step that raised it */
  add<R>(model: Model<R>, tell: Tell): Swapped
}
export interface Swapped {
  /** Lets the model have working parts of its own from now on, and tells of its events no more. */
  release(): void
}
type Tell = (event: ModelEvent) => void

/** The parts of one plan that no model uses, and the state of a model of the plan that has learned nothing. */
interface Pool {
  readonly idle: Parts[]
  fresh: SwappedOut | undefined
  /** What a model of the plan rolls back to before its first save: models with the same bytes share them. */
  healthy: SwappedOut['healthy']
  /** What the models of the plan have seen of names, so that each is told once. */
  seen: object | undefined
}

/** The models that have working parts, in the order of their last use, and how many there may be. */
interface Active {
  readonly users: Recency<User>
  readonly most: number
}

/** The most parts of a plan that are kept although no model uses them. */
const MOST_IDLE = 2

/** A model that shares its working parts with others. A class, so that a model that is swapped out takes few bytes. */
class User implements PartsUser, Swapped {
  readonly model: BuiltModel<unknown>
  readonly #origin: Origin<unknown>
  readonly #pool: Pool
  readonly #active: Active
  #tell: Tell | undefined
  #parts: Parts | undefined
  #link: Linked<User> | undefined
  #state: SwappedOut | undefined
  /** The listeners of this model alone, once it has any. */
  #events: Events | undefined
  /** Whether the model has working parts of its own. */
  #settled = false
  busy = 0

  constructor(model: BuiltModel<unknown>, origin: Origin<unknown>, pool: Pool, active: Active, tell: Tell) {
    const { made } = origin
    this.model = model
    this.#origin = { ...origin, made: undefined }
    this.#pool = pool
    this.#active = active
    this.#tell = tell
    if (made) {
      this.#state = swapOut(made.core)
      this.#events = made.events
      made.events.listen((event) => this.#tell?.(event))
    }
    model.exchange(this.#swapIn)
  }

  touch(): void {
    if (this.#link) this.#active.users.touch(this.#link)
  }
  readonly hear = (event: ModelEvent): void => {
    if (this.#events) {
      this.#events.raise(event)
      this.#events.deliver()
    } else this.#tell?.(event)
  }
  readonly listen = (listener: Tell): (() => void) => {
    if (!this.#events) {
      this.#events = createEvents()
      this.#events.listen((event) => this.#tell?.(event))
    }
    return this.#events.listen(listener)
  }

  readonly #swapIn = (): Workings<unknown> => {
    const pool = this.#pool
    const used = pool.idle.pop()
    const parts = used ?? this.#createParts()
    const { core } = parts.own
    if (this.#state) swapIn(core, this.#state)
    else if (used && pool.fresh) swapInNew(core, this.#origin.compiled, pool.fresh, this.#origin.seed)
    parts.user = this
    this.#parts = parts
    this.#link = this.#active.users.add(this)
    makeRoom(this.#active)
    return parts.lent
  }
  #create(): Workings<unknown> {
    const own = this.#origin.create(this.model)
    if (own.watch) own.watch.seen = this.#pool.seen ??= own.watch.seen
    return own
  }
  #createParts(): Parts {
    const own = this.#create()
    this.#pool.fresh ??= { ...swapOut(own.core), counters: { ...own.core.counters } }
    return partsOf(own, this)
  }
  swapOut(): void {
    if (!this.#parts) return
    this.#state = swapOut(this.#parts.own.core, this.#state)
    shareHealthy(this.#pool, this.#state)
    this.model.exchange(this.#swapIn)
    this.#leave(this.#parts)
  }
  #leave(parts: Parts): void {
    const { idle } = this.#pool
    if (this.busy === 0 && idle.length < MOST_IDLE) idle.push(parts)
    if (this.#link) this.#active.users.remove(this.#link)
    this.#parts = undefined
    this.#link = undefined
  }

  settle(): Workings<unknown> {
    this.swapOut()
    const settled = this.#createOwn()
    this.model.exchange(() => settled)
    return settled
  }
  readonly #createOwn = (): Workings<unknown> => {
    this.#settled = true
    const own = this.#create()
    if (this.#state) swapIn(own.core, this.#state)
    this.#state = undefined
    own.events.listen(this.hear)
    return { ...own, events: { ...own.events, listen: this.listen } }
  }
  release(): void {
    this.#tell = undefined
    if (this.#settled) return
    this.swapOut()
    this.model.exchange(this.#createOwn)
    released.set(this.#createOwn, this.#origin.create)
  }
}

/** How models that have been released make working parts with all that they have learned, and how new ones are made. */
const released = new WeakMap<Origin<unknown>['create'], Origin<unknown>['create']>()

/** The state before the first step is as long as the model's own, and is the same for all models of one seed. */
const shareHealthy = (pool: Pool, state: SwappedOut): void => {
  const { healthy } = state
  if (healthy?.step !== 0 || healthy === pool.healthy) return
  pool.healthy ??= healthy
  const { bytes } = pool.healthy
  if (bytes.every((byte, i) => byte === healthy.bytes[i])) state.healthy = pool.healthy
}

/** Swaps the models out that were not used for longest, apart from those in the middle of a step. */
const makeRoom = ({ users, most }: Active): void => {
  // A listener, or the getter of a row, may use other models while one takes its step.
  for (let link = users.oldest; link?.newer && users.size > most; link = link.newer)
    if (link.item.busy === 0) link.item.swapOut()
}

const ALONE: Swapped = { release: () => {} }

/** @param most how many models have working parts at a time, at least 1 */
export const createSwapping = (most: number): Swapping => {
  const active: Active = { users: createRecency(), most }
  const pools = new WeakMap<CompiledModel, Pool>()
  const poolOf = (compiled: CompiledModel): Pool => {
    const pool = pools.get(compiled) ?? { idle: [], fresh: undefined, healthy: undefined, seen: undefined }
    pools.set(compiled, pool)
    return pool
  }
  return {
    add(model, tell) {
      if (!(model instanceof BuiltModel)) return ALONE
      const built = model as BuiltModel<unknown>
      const taken = built.exchange(() => origin.made as Workings<unknown>)
      const create = released.get(taken.create)
      // What a released model has learned is in nothing but the parts that it makes at its next use.
      const origin = create ? { ...taken, create, made: taken.made ?? taken.create(built) } : taken
      if (!origin.made?.hasStages()) return new User(built, origin, poolOf(origin.compiled), active, tell)
      // Whoever has its stages uses the parts that it has.
      return { release: origin.made.events.listen(tell) }
    },
  }
}
