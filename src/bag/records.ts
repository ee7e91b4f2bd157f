import type { Learned, Model } from '../model.js'
import type { AnyValue, Row } from '../values.js'

/** What the members of a bag predicted together for a row, which each has learned with a weight of its own. */
export interface Bagged<R = Row, V extends AnyValue = AnyValue, M = Model<R, V>> extends Omit<Learned<R, V>, 'model'> {
  /** The first member, in which operators that follow keep their state, as in `evaluate(bagged.models[0])`. */
  readonly model: M
  /** How often each member has learned this row: the Poisson draws. 0 for a row that was not learned. */
  readonly weights: readonly number[]
  /** The member that begins anew after this row, if there is one. */
  readonly replacement?: Replacement
}

/** A detector has found a change in the errors of a member, and the worst member begins anew. */
export interface Replacement {
  readonly kind: 'replacement'
  /** The step of the member that begins anew. */
  readonly step: number
  /** The number of rows that the bag has been given. */
  readonly rows: number
  /** The member that begins anew, and the first member whose errors have changed, counted from 0. */
  readonly member: number
  readonly found: number
  /** The mean error of each member, over rows that fade, before the replacement. */
  readonly errors: readonly number[]
  /** The same, as a sentence. */
  readonly reason: string
}

/** How a member stands. */
export interface MemberStanding {
  /** Its mean error over rows that fade: the share of misses, or for a number that of 1 − e^(−loss). NaN without a row. */
  readonly error: number
  /** The number of rows since it began, or began anew, and how often it has begun anew. */
  readonly age: number
  readonly replaced: number
  /** Whether it has a vote: a member that began anew first learns for a while. */
  readonly votes: boolean
}

export interface BagStandings {
  /** The number of rows that the bag has been given, and of members that began anew. */
  readonly rows: number
  readonly replaced: number
  readonly members: readonly MemberStanding[]
}
