import type { Field } from '../../features/field.js'
import { isMissing, isName } from '../../features/refusal.js'
import type { Model, Writer } from '../../model.js'
import { shown } from '../../options/shown.js'
import type { Unjoined } from '../../records.js'
import type { Row } from '../../values.js'
import { type Joined, joinedOf, type Told } from './joinedOf.js'
import { beginAt, countsOf, createJoining, type Joining, joiningForm, settle } from './joining.js'
import type { Since } from './oldest.js'
import { plainRow } from './plainRow.js'
import { readingTime } from './readingTime.js'
import { takePlace } from './takePlace.js'
import { withLabel } from './withLabel.js'

export interface JoinerConfig {
  /** The column that a row and its label have in common. */
  readonly key: string
  readonly withinMs: number
  readonly capacity: number
  /** The column with the time of a row and of a label; undefined where they are given the time. */
  readonly time: string | undefined
  /** Whether the cursor of a label is one of the source of the rows. */
  readonly sameSource: boolean
  readonly name: string
}

/** Joins rows with labels that come later or earlier. */
export interface Joiner<R> {
  row(row: R, now: number): Joined<R>
  /** Returns undefined for a label that was not learned. */
  label(label: Row, now: number): Joined<R> | undefined
  /** Gives up what has waited too long. */
  expire(now: number): void
  /** Returns the time at which the row or label that has waited longest is given up; ∞ if there is none. */
  due(): number
  /** The number of rows that wait. */
  readonly waiting: number
  release(): void
}

/** Takes the model, for one writer. */
export const createJoiner = <R>(model: Model<R>, config: JoinerConfig): Joiner<R> => {
  const { key: column, withinMs, capacity, time, sameSource, name } = config
  const { stages } = model
  const writer: Writer<R> = stages.take('joinLabels')
  const { late } = stages
  const features: Readonly<Record<string, Field>> = model.features
  const timeOf = readingTime(time, time !== undefined && Object.hasOwn(features, time) ? features[time] : undefined)
  const targets = Object.keys(model.target)
  const targetSet = new Set(targets)
  const form = joiningForm(late.problemOf)
  const kept = takePlace(writer, () => stages.keep(name, () => createJoining(model.step), form))

  const tell = (key: string, of: Unjoined['of'], reason: Unjoined['reason'], rows = 0): void => {
    kept.value.counts[reason]++
    late.unjoined({ by: name, key, of, reason }, rows)
  }
  /** @param awaits the step of a prediction that waits for its label; undefined if a label came, and null if none is late */
  const joined = (told: Told<R>, awaits: number | undefined | null): Joined<R> => {
    const state = kept.value
    state.step = model.step
    const delayed = awaits === null ? undefined : { awaits, ahead: 1, since: oldest(awaits ?? model.step) }
    return joinedOf(model, told, countsOf(state), delayed)
  }
  /** Returns the step of the oldest prediction that waits. */
  const oldest = (step: number): number => {
    for (const { held } of kept.value.waiting.values()) return held.step
    return step
  }
  const keyOf = (row: unknown): string | undefined => {
    const key = (row as Row | null | undefined)?.[column]
    return isName(key) ? `${key}` : undefined
  }
  /** Learns or predicts a row that waits for nothing. */
  const learnNow = (row: R): Joined<R> => {
    const learned = writer.learn(row)
    writer.flush()
    return joined(learned, null)
  }
  const giveUp = (state: Joining, key: string, reason: 'expired' | 'evicted'): void => {
    state.waiting.delete(key)
    settle(state, key, false, capacity)
    tell(key, 'row', reason, 1)
  }
  const dropLabel = ({ early }: Joining, key: string): void => {
    early.delete(key)
    tell(key, 'label', 'orphaned')
  }
  /** Gives up the oldest beyond `capacity`. */
  const makeRoom = (state: Joining): void => {
    const { waiting, early } = state
    while (waiting.size > capacity) giveUp(state, waiting.keys().next().value as string, 'evicted')
    while (early.size > capacity) dropLabel(state, early.keys().next().value as string)
  }

  /** Gives up what has waited too long by the time of a row or a label, and returns the time. */
  const pass = (at: number): number => {
    const state = kept.value
    if (time !== undefined && at > state.newest) {
      if (state.newest === -Infinity) beginAt(state, at)
      state.newest = at
    }
    const now = time === undefined ? at : state.newest
    // The difference is no number while no time has been told, and then nothing is given up.
    const isOld = ({ at }: Since): boolean => now - at >= withinMs
    for (let key = state.oldestRow.first(isOld); key !== undefined; key = state.oldestRow.first(isOld))
      giveUp(state, key, 'expired')
    for (let key = state.oldestLabel.first(isOld); key !== undefined; key = state.oldestLabel.first(isOld))
      dropLabel(state, key)
    return at
  }

  return {
    row(row, now) {
      const at = pass(timeOf(row, now, kept.value.newest))
      const state = kept.value
      const key = keyOf(row)
      const isLabelled = targets.every((target) => !isMissing((row as Row | null)?.[target]))
      if (key === undefined || isLabelled) {
        if (key !== undefined && isLabelled) settle(state, key, true, capacity)
        return learnNow(row)
      }
      const early = state.early.get(key)
      const unfit = early && late.refusalOf({ row: row as Row }, early.label)
      if (early && !unfit) {
        state.early.delete(key)
        settle(state, key, true, capacity)
        state.counts.joined++
        return learnNow(withLabel(row as Row, early.label, targets) as R)
      }
      const { prediction, held, unlearned } = late.arrive(row, writer)
      if (held && state.waiting.has(key)) tell(key, 'row', 'duplicate', 1)
      else if (held) {
        state.waiting.set(key, { at, held })
        state.oldestRow.add(key)
        // A row that is rejected itself says nothing of its label; otherwise the row waits for the corrected label.
        if (unfit) {
          state.early.delete(key)
          stages.reject({ kind: 'rejection', ...unfit, row: early?.label })
        }
        makeRoom(state)
      }
      const actual = new Float64Array(targets.length).fill(Number.NaN)
      const told = { rows: [row], actual, predictions: prediction, losses: Number.NaN, unlearned }
      return joined(told, prediction?.step ?? null)
    },
    label(label, now) {
      if (sameSource) late.pass(label, writer)
      const at = pass(timeOf(label, now, kept.value.newest))
      const state = kept.value
      state.step = model.step
      const key = keyOf(label)
      if (key === undefined) {
        const reason = `${column} is ${shown((label as Row | null)?.[column])} in a label; expected the key of its row`
        stages.reject({ kind: 'rejection', reason, field: column, row: label })
        return undefined
      }
      const row = state.waiting.get(key)
      const refused = row && late.refusalOf(row.held, label)
      if (refused) {
        // The row waits on, so that the corrected label finds it.
        stages.reject({ kind: 'rejection', ...refused, row: label })
        return undefined
      }
      if (row) {
        state.waiting.delete(key)
        settle(state, key, true, capacity)
        state.counts.joined++
        return joined(late.learn(row.held, label, writer), undefined)
      }
      const settled = state.settled.get(key)
      if (settled !== undefined) tell(key, 'label', settled ? 'duplicate' : 'late')
      else if (state.early.has(key)) tell(key, 'label', 'duplicate')
      else {
        state.early.set(key, { at, label: plainRow(label, targetSet, true) })
        state.oldestLabel.add(key)
        makeRoom(state)
      }
      return undefined
    },
    expire: pass,
    due() {
      const { waiting, early, oldestRow, oldestLabel } = kept.value
      const [row, label] = [waiting.get(oldestRow.first() ?? ''), early.get(oldestLabel.first() ?? '')]
      return Math.min(row?.at ?? Infinity, label?.at ?? Infinity) + withinMs
    },
    get waiting() {
      return kept.value.waiting.size
    },
    release() {
      kept.release()
      writer.release()
    },
  }
}
