import type { DriftDetector } from '../drift/detector.js'
import type { Learned, Model, Writer } from '../model.js'
import { createRandom } from '../random.js'
import { type Judged, judge, learnedJudged } from '../safeguards/judged.js'
import type { AnyValue } from '../values.js'
import type { CheckedBag } from './config.js'
import { errorReader } from './errorReader.js'
import { initialState, type MemberState, problemOfState, renew } from './memberState.js'
import { poisson } from './poisson.js'
import type { MemberStanding } from './records.js'

/** What a member did with a row. */
export interface MemberRow<R> {
  readonly learned: Learned<R>
  readonly weight: number
}

/** A model of a bag, with what it keeps of itself. */
export interface Member<R, V extends AnyValue> {
  readonly model: Model<R, V>
  readonly state: MemberState
  standing(): MemberStanding
  /** Takes the model for one writer. */
  take(): Writer<R>
  /** Predicts a row, and learns it with the weight of its next draw. */
  learn(row: R, writer: Writer<R>): MemberRow<R>
  /** Reads the error at a row that it has learned; returns whether the detector has found a change. */
  watch(learned: Learned<R>): boolean
  /** Lets the model begin anew: what it has learned goes, the names and the memory of its fields stay. */
  replace(): void
}

export const createMember = <R, V extends AnyValue>(
  model: Model<R, V>,
  index: number,
  config: CheckedBag,
): Member<R, V> => {
  const { lambda, wait, fading, seed, name } = config
  const detector = config.detector as DriftDetector | undefined
  const own = model as unknown as Model<R>
  const { stages } = own
  const random = createRandom(seed, `${name} ${index}`)
  const kept = stages.keep(name, () => initialState(detector), {
    problemOf: (saved) => problemOfState(saved, detector),
  })
  const read = errorReader(own, detector)
  const learnJudged = (row: R, judged: Judged<R>, weight: number): Learned<R> => {
    const prediction = own.predict(row as never)
    const update = judged.learn(weight)
    return learnedJudged(own, row, judged, prediction, update)
  }
  return {
    model,
    get state() {
      return kept.value
    },
    standing() {
      const { age, replaced, errors, weight } = kept.value
      return { error: errors / weight, age, replaced, votes: replaced === 0 || age >= wait }
    },
    take: () => stages.take('bag') as Writer<R>,
    learn(row, writer) {
      const state = kept.value
      const drawn = poisson(random.uniform(state.rows), lambda)
      const judged = judge(own, writer, row)
      state.rows += 1
      state.age += 1
      if (judged) return { learned: learnJudged(row, judged, drawn), weight: drawn }
      const learned = writer.learn(row)
      writer.flush()
      return { learned, weight: 0 }
    },
    watch(learned) {
      const state = kept.value
      const { reading, error } = read(learned)
      if (Number.isNaN(reading)) return false
      state.errors = fading * state.errors + error
      state.weight = fading * state.weight + 1
      return detector !== undefined && detector.update(state.watched, reading) === 'drift'
    },
    replace() {
      stages.reacting.createTwin().adopt()
      renew(kept.value, detector)
    },
  }
}
