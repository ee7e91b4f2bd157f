import { readsOf } from '../features/field.js'
import { nearest } from '../options/nearest.js'
import { isChunk } from './learn/chunk.js'
import { bringWatch, type CreateWatch, type Watch } from './learn/watch.js'

/** The number of rows after which their names are compared with those that the model reads. */
const FIRST = 100
/** From then on, one row in so many is looked at, for names that begin later. */
const EVERY = 128
/** The number of other names after which nothing is watched any more, because such rows have names without end. */
const MOST = 200
/** The largest number of events, so that each is worth reading. */
const MOST_TOLD = 10

/** What has been seen of names, by one model or by several that are one to whoever hears of it. */
interface Seen {
  /** The model's names that no row has had yet. */
  readonly lacking: Set<string>
  /** The other names in the rows, each with those of the model's that no row has beside it: it may stand for one. */
  readonly others: Map<string, readonly string[]>
  rows: number
  told: number
}

/** Compares the names in rows with those that the model reads, and raises events of the kind `naming`. */
const watchNames: CreateWatch = (core, { raise }) => {
  const { features, target, weight, cursor } = core.plan
  const read = [...Object.entries(features), ...Object.entries(target)].flatMap(([name, field]) => readsOf(name, field))
  const own = new Set([...read, weight, cursor].flatMap((name) => name ?? []))

  /** Tells of a name and of the similar one among `candidates`, or of the name alone if that is enough. */
  const tell = (name: string, candidates: readonly string[], what: string, alone: boolean): void => {
    const { seen } = watch
    if (seen.told === MOST_TOLD) return
    const near = nearest(name, candidates.slice(0, MOST))
    const hint = near ? `is it '${near}'? Give both the same name` : 'check the names of the model'
    if (!near && !alone) return
    seen.told++
    const rest = seen.told === MOST_TOLD ? ', and so with other names, which are not told one by one' : ''
    raise({ kind: 'naming', step: core.step, name, nearest: near, reason: `${what} '${name}'; ${hint}${rest}` })
  }
  const UNREAD = 'the model does not read'

  const look = (row: object): void => {
    const { seen } = watch
    const { lacking, others } = seen
    for (const name of lacking) if (name in row) lacking.delete(name)
    const later = seen.rows++ >= FIRST
    for (const name of Object.keys(row)) {
      const beside = others.get(name)
      if (own.has(name) || (beside ? later : others.size > MOST)) continue
      const missing = [...(beside ?? own)].filter((each) => !(each in row))
      others.set(name, missing)
      if (later) tell(name, missing, `from now on there is a name that ${UNREAD},`, true)
    }
    if (seen.rows !== FIRST) return
    for (const name of lacking) tell(name, [...others.keys()], `none of the first ${FIRST} rows has`, true)
    for (const [name, missing] of others)
      tell(
        name,
        missing.filter((each) => !lacking.has(each)),
        UNREAD,
        false,
      )
  }

  const watch: Watch & { seen: Seen } = {
    left: 0,
    seen: { lacking: new Set(own), others: new Map(), rows: 0, told: 0 },
    look(given) {
      watch.left = 0
      if (isChunk(given)) return
      const all = Array.isArray(given) ? given : [given]
      const { seen } = watch
      for (const row of all.slice(0, Math.max(1, FIRST - seen.rows))) if (Object(row) === row) look(row)
      if (seen.rows >= FIRST)
        watch.left = seen.others.size > MOST || seen.told === MOST_TOLD ? Infinity : EVERY / Math.max(1, all.length)
    },
  }
  return watch
}

/** Brings the watch over names to all models. */
export const bringNames = (): void => bringWatch(watchNames)
