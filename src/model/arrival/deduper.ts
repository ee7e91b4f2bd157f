import type { Field } from '../../features/field.js'
import { isName } from '../../features/refusal.js'
import type { Model } from '../../model.js'
import { shown } from '../../options/shown.js'
import type { Row, Value } from '../../values.js'
import { readingTime } from '../late/readingTime.js'
import { createKeys, forgetOne, keysForm, markKeys, see } from './keys.js'

export interface DeduperConfig {
  readonly key: string
  readonly capacity: number
  readonly withinMs: number
  readonly time: string | undefined
  readonly name: string
}

/** Leaves out rows whose key has been seen. */
export interface Deduper<R> {
  /** Returns the row, if it is to be handed on; what follows it happens when it has left the chain. */
  row(row: R): Iterable<R>
  finish(): Iterable<R>
  release(): void
}

export const createDeduper = <R>(model: Model<R>, config: DeduperConfig): Deduper<R> => {
  const { key: column, capacity, withinMs, time, name } = config
  const { stages } = model
  const features: Readonly<Record<string, Field>> = model.features
  const timeOf = readingTime(time, time !== undefined && Object.hasOwn(features, time) ? features[time] : undefined)
  const { arrival } = stages
  let last: { readonly row: unknown } | undefined
  let isFinished = false
  const settle = (): void => joining.settle()
  const kept = stages.keep(name, () => createKeys(model.step), keysForm(settle))
  const joining = arrival.join(() => markKeys(kept.value, model.step))

  const tellKeyless = (count: number, value: unknown): void => {
    // It is told at the first, and whenever their count reaches a power of two.
    if ((count & (count - 1)) !== 0) return
    const rows = count === 1 ? 'a row' : `${count} rows`
    const reason = `${rows} had no ${column} and could not be told apart, so that ${count === 1 ? 'it was' : 'they were'} handed on: it is ${shown(value)}; expected text or a number`
    stages.reject({ kind: 'naming', step: model.step, name: column, nearest: undefined, reason })
  }
  /** Notes the key of a row, and returns it if the row is a duplicate. */
  const duplicateOf = (row: R): Value | undefined => {
    const state = kept.value
    const { seen, counts } = state
    counts.received++
    const value = (row as Row | null | undefined)?.[column]
    if (!isName(value)) {
      counts.keyless++
      tellKeyless(counts.keyless, value)
      return undefined
    }
    const key = `${value}`
    const at = time === undefined ? state.newest : timeOf(row, Number.NaN, state.newest)
    if (at > state.newest) state.newest = at
    const before = seen.get(key)
    // The time of one that came before any time was told is −∞, and the difference is no number.
    const isDuplicate = before !== undefined && !(Math.abs(at - before.at) >= withinMs)
    see(state, key, { at: isDuplicate ? before.at : at, turn: state.turn++ })
    while (seen.size > capacity) forgetOne(state)
    return isDuplicate ? value : undefined
  }

  return {
    *row(row) {
      joining.enter(row)
      const key = duplicateOf(row)
      const { counts } = kept.value
      if (key === undefined) {
        counts.passed++
        last = { row }
        yield row
      } else {
        counts.duplicate++
        const reason = `a row with the ${column} ${key} has come before, and this one is left out`
        stages.reject({ kind: 'duplicate', step: model.step, by: name, key, row, reason })
      }
      settle()
    },
    // biome-ignore lint/correctness/useYield: nothing waits
    *finish() {
      isFinished = true
    },
    release() {
      joining.leave(isFinished ? (last ?? { row: undefined }) : undefined)
      kept.release()
    },
  }
}
