import type { Quarantined, Released } from '../events.js'
import { isCategory } from '../features/field.js'
import type { KeptForm } from '../late.js'
import { type HeldRow, holdRow, rowOfHeld } from '../model/late/plainRow.js'
import { takePlace } from '../model/late/takePlace.js'
import { isChunk } from '../model/learn/chunk.js'
import type { Learned, Model } from '../model.js'
import { shown } from '../options/shown.js'
import type { Row } from '../values.js'
import type { Balance, BalanceState } from './balance.js'
import { type Judged, judge, learnedJudged } from './judged.js'
import type { Quarantine, QuarantineState } from './quarantine.js'
import type { Replay, ReplayState } from './replay.js'

/** The safeguards that were asked for. */
export interface Safeguards {
  readonly quarantine: Quarantine | undefined
  readonly balance: Balance | undefined
  readonly replay: Replay | undefined
}

interface SafeState {
  /** The step at which they stand. */
  step: number
  readonly quarantine?: QuarantineState
  readonly balance?: BalanceState
  readonly replay?: ReplayState
}

const NAMES = ['quarantine', 'balance', 'replay'] as const

/** Refuses safeguards that the model cannot have. */
export const checkSafeguards = <R>(by: string, model: Model<R>, { balance, replay }: Safeguards): void => {
  const [first] = Object.entries(model.target)
  if (balance && !isCategory(first[1]))
    throw new RangeError(`${by}: balance is given, but the target '${first[0]}' is a number; expected a category().`)
  if (replay && model.stages.memories())
    throw new RangeError(
      `${by}: replay is given, but fields of this model remember earlier rows, which a row that is learned again would not stand behind; expected a model without lag() and the like.`,
    )
}

const formOf = (guards: Safeguards): KeptForm<SafeState> => ({
  problemOf(saved) {
    if (typeof saved !== 'object' || saved === null) return 'is no state of safeguards'
    const state = saved as Partial<SafeState>
    if (!Number.isSafeInteger(state.step) || (state.step as number) < 0)
      return `is of step ${shown(state.step)}; expected a whole number`
    for (const name of NAMES) {
      const problem = guards[name] && state[name] !== undefined ? guards[name].problemOf(state[name]) : undefined
      if (problem) return `${problem} (${name})`
    }
    return undefined
  },
  // A safeguard that the state does not know yet begins now.
  load: (saved) => ({ ...(saved as SafeState), ...begun(guards, saved as SafeState) }),
  save: (state) => state,
})
const begun = ({ quarantine, balance, replay }: Safeguards, known?: SafeState): Omit<SafeState, 'step'> => ({
  ...(quarantine && { quarantine: known?.quarantine ?? quarantine.init() }),
  ...(balance && { balance: known?.balance ?? balance.init() }),
  ...(replay && { replay: known?.replay ?? replay.init() }),
})

/** Takes the model, and learns rows with the safeguards, which keep their state in it. */
export const createSafeLearner = <R>(
  model: Model<R>,
  guards: Safeguards,
  by: string,
  name: string,
): { learn(row: R): Learned<R>; release(): void } => {
  const { quarantine, balance, replay } = guards
  const { stages } = model
  const targets = Object.keys(model.target)
  const fields = [...Object.entries(model.features), ...Object.entries(model.target)]
  const read = new Set(fields.flatMap(([column, field]) => field.reads?.() ?? column))
  const remembers = stages.memories() !== undefined
  const writer = stages.take('learnWith')
  const kept = takePlace(writer, () =>
    stages.keep(name, (): SafeState => ({ step: model.step, ...begun(guards) }), formOf(guards)),
  )
  const copyOf = (row: R) => (): HeldRow => holdRow(row as Row, read)

  /** The column of the class of a row, which a class that is new is about to get. */
  const columnOf = ({ example }: Judged<R>): number => {
    const column = (example.y as Float64Array)[0]
    return column < 0 ? model.labels.length : column
  }
  const weightOf = ({ balance: state }: SafeState, judged: Judged<R>): number =>
    balance && state ? balance.weightOf(state, columnOf(judged)) : 1

  /** Learns an earlier row again, or at last: then its class has not been counted yet. */
  const learnEarlier = (state: SafeState, held: HeldRow, isNew: boolean): void => {
    const judged = judge(model, writer, rowOfHeld(held) as R)
    if (!judged) return
    if (isNew && balance && state.balance) balance.count(state.balance, columnOf(judged))
    judged.learn(weightOf(state, judged), true)
  }

  /** Predicts a row, which is then passed as one without a label. */
  const hold = (row: R, { loss }: Judged<R>, bound: number): Learned<R> => {
    const without = { ...row }
    for (const target of targets) (without as Record<string, unknown>)[target] = undefined
    const learned = writer.learn(without)
    writer.flush()
    const [field] = targets
    const reason = `${field} is held in quarantine: its loss was ${loss.toPrecision(3)}, beyond the ${bound.toPrecision(3)} that were to be expected`
    const event: Quarantined = { kind: 'quarantine', step: model.step, row, loss, bound, reason }
    stages.reject(event)
    return { ...learned, rows: [row], unlearned: [{ kind: 'quarantined', index: 0, field, reason }] }
  }
  /** Lets rows through that were held just before. */
  const release = (state: SafeState, rows: readonly HeldRow[]): void => {
    if (!remembers) for (const row of rows) learnEarlier(state, row, true)
    const reason = `${rows.length} of the last rows were held in quarantine, and one more would be: that is a new level, and they are ${remembers ? 'past' : 'learned after all'}`
    const event: Released = { kind: 'release', step: model.step, rows: rows.length, reason }
    stages.reject(event)
  }

  const learn = (row: R): Learned<R> => {
    if (Array.isArray(row) || isChunk(row))
      throw new TypeError(
        `${by}: a row is ${Array.isArray(row) ? 'an array' : 'a chunk'}; expected rows one by one, as each is judged by what was learned before it: ${Array.isArray(row) ? 'put concatAll() in front of it' : 'emit rows instead of chunks'}.`,
      )
    const judged = judge(model, writer, row)
    if (!judged) {
      const learned = writer.learn(row)
      writer.flush()
      return learned
    }
    const state = kept.value
    if (quarantine && state.quarantine && isExpected(judged)) {
      const bound = quarantine.boundOf(state.quarantine)
      const verdict = quarantine.judge(state.quarantine, judged.loss, bound, copyOf(row))
      if (verdict === 'held') return hold(row, judged, bound)
      if (verdict === 'level') release(state, state.quarantine.held.splice(0))
    }
    if (balance && state.balance) balance.count(state.balance, columnOf(judged))
    const prediction = model.predict(row)
    const now = prediction.step === judged.step ? judged : (judge(model, writer, row) as Judged<R>)
    const update = now.learn(weightOf(state, now))
    const learned = learnedJudged(model, row, now, prediction, update)
    if (replay && state.replay) {
      for (const earlier of replay.draw(state.replay)) learnEarlier(state, earlier, false)
      replay.offer(state.replay, copyOf(row))
    }
    state.step = model.step
    return learned
  }
  /** Whether a loss says something of the row: before the model has learned any, and for a class that is new, it does not. */
  const isExpected = ({ example, loss, step }: Judged<R>): boolean =>
    Number.isFinite(loss) &&
    step >= stages.learnedSince() &&
    !example.unseen.some(({ field }) => field >= fields.length - targets.length)

  return {
    learn,
    release() {
      kept.release()
      writer.release()
    },
  }
}
