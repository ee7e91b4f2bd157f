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

/** Compares the names in rows with those that the model reads, and raises events of the kind `naming`. */
const watchNames: CreateWatch = (core, { raise }) => {
  const { features, target, weight, cursor } = core.plan
  const read = [...Object.entries(features), ...Object.entries(target)].flatMap(([name, field]) => readsOf(name, field))
  const own = new Set([...read, weight, cursor].flatMap((name) => name ?? []))
  /** The model's names that no row has had yet. */
  const lacking = new Set(own)
  /** The other names in the rows, each with those of the model's that no row has beside it: it may stand for one. */
  const others = new Map<string, readonly string[]>()
  let rows = 0
  let told = 0

  /** Tells of a name and of the similar one among `candidates`, or of the name alone if that is enough. */
  const tell = (name: string, candidates: readonly string[], what: string, alone: boolean): void => {
    if (told === MOST_TOLD) return
    const near = nearest(name, candidates.slice(0, MOST))
    const hint = near ? `is it '${near}'? Give both the same name` : 'check the names of the model'
    if (!near && !alone) return
    told++
    const rest = told === MOST_TOLD ? ', and so with other names, which are not told one by one' : ''
    raise({ kind: 'naming', step: core.step, name, nearest: near, reason: `${what} '${name}'; ${hint}${rest}` })
  }
  const UNREAD = 'the model does not read'

  const look = (row: object): void => {
    for (const name of lacking) if (name in row) lacking.delete(name)
    const later = rows++ >= FIRST
    for (const name of Object.keys(row)) {
      const beside = others.get(name)
      if (own.has(name) || (beside ? later : others.size > MOST)) continue
      const missing = [...(beside ?? own)].filter((each) => !(each in row))
      others.set(name, missing)
      if (later) tell(name, missing, `from now on there is a name that ${UNREAD},`, true)
    }
    if (rows !== FIRST) return
    for (const name of lacking) tell(name, [...others.keys()], `none of the first ${FIRST} rows has`, true)
    for (const [name, missing] of others)
      tell(
        name,
        missing.filter((each) => !lacking.has(each)),
        UNREAD,
        false,
      )
  }

  const watch: Watch = {
    left: 0,
    look(given) {
      watch.left = 0
      if (isChunk(given)) return
      const all = Array.isArray(given) ? given : [given]
      for (const row of all.slice(0, Math.max(1, FIRST - rows))) if (Object(row) === row) look(row)
      if (rows >= FIRST)
        watch.left = others.size > MOST || told === MOST_TOLD ? Infinity : EVERY / Math.max(1, all.length)
    },
  }
  return watch
}

/** Brings the watch over names to all models. */
export const bringNames = (): void => bringWatch(watchNames)
