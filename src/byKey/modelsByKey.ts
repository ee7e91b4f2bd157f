import { A_NAME, isName } from '../features/refusal.js'
import { BuiltModel } from '../model/buildModel.js'
import { createRecency, type Linked } from '../model/recency.js'
import { createEvents } from '../model/state/events.js'
import { createSwapping, type Swapped } from '../model/swapping.js'
import type { Learned, Model } from '../model.js'
import { shown } from '../options/shown.js'
import type { ModelEvent } from '../records.js'
import type { AnyValue, Cursor, Given, Row, Value } from '../values.js'
import type { CountersByKey, SnapshotByKey } from '../wire/snapshotByKey.js'
import { checkSnapshotByKey } from './checkSnapshotByKey.js'
import type { EventByKey, LearnedByKey } from './records.js'

export interface ModelsByKeyConfig<R, K extends Value, V extends AnyValue, I> {
  readonly createModel: (key: K) => Model<R, V>
  readonly keyOf: (row: I) => K
  readonly capacity: number
  readonly onEvict: ((key: K, model: Model<R, V>) => void) | undefined
  /** Learns a row by the model of its key. Default: `model.learn(row)`. */
  readonly learnBy?: ((model: Model<R, V>, row: I) => Learned<I, V>) | undefined
  /** The most models that have working parts of their own. Default: 256. */
  readonly active?: number
}

/** A model for each key, up to a capacity: the models of the keys that were seen last. */
export interface ModelsByKey<R, K extends Value, V extends AnyValue> {
  /** The number of keys. */
  readonly size: number
  /** The keys, the least recently seen first. */
  keys(): K[]
  readonly counters: CountersByKey
  /** The cursor of the last row that was learned or passed. */
  readonly cursor: Cursor | undefined
  /** Returns the model of a key, to predict with it or to inspect it; the key does not count as seen. */
  get(key: K): Model<R, V> | undefined
  /** Copies what all models have learned. It is plain data; `encodeSnapshot` turns it into bytes. */
  snapshot(): SnapshotByKey<K>
  /**
   * Continues from a snapshot as the models that it was taken of, bit for bit. It takes all of a snapshot or nothing,
   * and throws a LayoutMismatchError for one that is damaged, of another configuration, or beyond the capacity.
   */
  restore(snapshot: SnapshotByKey<K>): void
  /** Listens to the events of all models, and to rows without a key, which are rejected; `fromModel` emits the same. */
  listen(listener: (event: EventByKey<K>) => void): () => void
}

/** More of them make no row faster, unless there are just so many keys; each takes some 25 kB. */
const MOST_ACTIVE = 256

/** The model of a key. */
interface Entry<R, K extends Value, V extends AnyValue> {
  readonly swapped: Swapped
  readonly key: K
  readonly model: Model<R, V>
}

/** Models by key, and what learns the next row by the model of its key. */
export interface LearningByKey<R, K extends Value, V extends AnyValue, I> {
  readonly models: ModelsByKey<R, K, V>
  /** Returns undefined for a row without a key. */
  learn(row: I): LearnedByKey<R, K, V, I> | undefined
}

export const createModelsByKey = <R, K extends Value, V extends AnyValue, I extends Given<R>>({
  createModel,
  keyOf,
  capacity,
  onEvict,
  learnBy = (model, row) => model.learn(row) as unknown as Learned<I, V>,
  active = MOST_ACTIVE,
}: ModelsByKeyConfig<R, K, V, I>): LearningByKey<R, K, V, I> => {
  type Own = Entry<R, K, V>
  const swapping = createSwapping(active)
  const events = createEvents()
  let recency = createRecency<Own>()
  let links = new Map<K, Linked<Own>>()
  let given = new WeakSet<Model<R, V>>()
  let counters = { evicted: 0, rejected: 0 }
  let cursor: Cursor | undefined

  const tell = (event: ModelEvent, key: K | undefined): void => {
    events.raise({ ...event, key } as EventByKey<K>)
    events.deliver()
  }
  /** Makes the model of a key, which must not be among `others`. */
  const entryOf = (key: K, others: WeakSet<Model<R, V>>): Own => {
    const model = createModel(key)
    if (typeof model?.learn !== 'function' || others.has(model))
      throw new TypeError(
        `learnByKey: createModel(${shown(key)}) is ${others.has(model) ? 'the model of another key' : shown(model)}; expected a model of its own, as in () => createModel({ features, target, layers }).`,
      )
    others.add(model)
    return { key, model, swapped: swapping.add(model, (event) => tell(event, key)) }
  }
  const evict = ({ item }: Linked<Own>): void => {
    const { key, model } = item
    recency.remove(links.get(key) as Linked<Own>)
    links.delete(key)
    given.delete(model)
    counters.evicted++
    try {
      onEvict?.(key, model)
    } finally {
      item.swapped.release()
    }
  }
  const admit = (key: K): Linked<Own> => {
    const entry = entryOf(key, given)
    if (links.size === capacity) evict(recency.oldest as Linked<Own>)
    const link = recency.add(entry)
    links.set(key, link)
    return link
  }
  /** Returns the cursor of a row that no model reads, from the column in which the models have theirs. */
  const cursorOf = (row: unknown): Cursor | undefined => {
    const model = recency.oldest?.item.model
    const column = model instanceof BuiltModel ? model.cursorColumn : undefined
    const at = column === undefined ? undefined : (row as Row | null | undefined)?.[column]
    return isName(at) && typeof at !== 'boolean' ? at : undefined
  }
  const entries = (): Own[] => {
    const all: Own[] = []
    for (let link = recency.oldest; link; link = link.newer) all.push(link.item)
    return all
  }

  const models: ModelsByKey<R, K, V> = {
    get size() {
      return links.size
    },
    keys: () => entries().map(({ key }) => key),
    get counters() {
      return { ...counters }
    },
    get cursor() {
      return cursor
    },
    get: (key) => links.get(key)?.item.model,
    snapshot() {
      const all = entries()
      return {
        ...{ kind: 'byKey', format: 1, keys: all.map(({ key }) => key) },
        ...{ snapshots: all.map(({ model }) => model.snapshot()), counters: { ...counters }, cursor },
      }
    },
    restore(snapshot) {
      checkSnapshotByKey(snapshot, capacity)
      const [others, list, map] = [new WeakSet<Model<R, V>>(), createRecency<Own>(), new Map<K, Linked<Own>>()]
      const made: Own[] = []
      try {
        snapshot.keys.forEach((key, i) => {
          const entry = entryOf(key, others)
          made.push(entry)
          entry.model.restore(snapshot.snapshots[i])
          map.set(key, list.add(entry))
        })
      } catch (error) {
        // Nothing is taken, and these models share their working parts with no others any more.
        for (const { swapped } of made) swapped.release()
        throw error
      }
      // Nothing below this line fails.
      for (const { swapped } of entries()) swapped.release()
      recency = list
      links = map
      given = others
      counters = { ...snapshot.counters }
      cursor = snapshot.cursor
    },
    listen: (listener) => events.listen(listener as (event: ModelEvent) => void),
  }

  return {
    models,
    learn(row) {
      const key = keyOf(row)
      let link = links.get(key)
      if (link) recency.touch(link)
      else if (isName(key)) link = admit(key)
      else {
        counters.rejected++
        const passed = cursorOf(row)
        if (passed !== undefined) cursor = passed
        tell({ kind: 'rejection', reason: `the key is ${shown(key)}; expected ${A_NAME}`, field: '', row }, undefined)
        return undefined
      }
      const { model } = link.item
      const before = model.cursor
      const learned = learnBy(model, row) as unknown as Writable<LearnedByKey<R, K, V, I>>
      const after = model.cursor
      if (after !== before) cursor = after
      // No one else has seen the record yet, and a copy of it takes longer.
      learned.key = key
      return learned
    },
  }
}

type Writable<T> = { -readonly [P in keyof T]: T[P] }
