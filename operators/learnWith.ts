import type { OperatorFunction } from 'rxjs'
import { isCategory, scalingOf } from '../src/features/field.js'
import { bringKeep } from '../src/model/keep.js'
import { bringLongForm } from '../src/model/longForm.js'
import type { Learned, Model } from '../src/model.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import { type BalanceConfig, createBalance } from '../src/safeguards/balance.js'
import { createQuarantine, LEAST_LOSS, type QuarantineConfig } from '../src/safeguards/quarantine.js'
import { createReplay, type ReplayConfig } from '../src/safeguards/replay.js'
import { checkSafeguards, createSafeLearner, type Safeguards } from '../src/safeguards/safeLearner.js'
import type { AnyValue } from '../src/values.js'
import { checkGiven } from './given.js'
import { hold } from './hold.js'
import { inTurn } from './inTurn.js'
import type { RowsFor } from './reads.js'

export interface LearnWithConfig {
  /** Holds rows back whose loss lies far beyond the usual. `true` for the defaults of its options. */
  readonly quarantine?: boolean | QuarantineConfig
  /** Weighs each row by how rare its class is. */
  readonly balance?: boolean | BalanceConfig
  /** Learns earlier rows again. */
  readonly replay?: boolean | ReplayConfig
  /** The name under which the model keeps what they know. Default: 'learnWith'. */
  readonly name?: string
}

/**
 * Learns rows as `learn(model)` does, with safeguards, each of which is off unless it is asked for; one is named at least.
 *
 *     row          a  b  c  d
 *     learnWith    A  B  C' D       c has a loss far beyond the usual: it is predicted, and held in quarantine
 *
 * - `quarantine`: a row with a loss beyond q₉₅ + beyond·(q₉₅ − q₅₀) of the last losses, and beyond 3 (a class: 4.6), is not learned; `unlearned` says so,
 *   and an event of the kind `quarantine` (`fromModel`) hands it out with its loss. Where eight of sixteen rows are held,
 *   that is a new level: they are learned after all, told by an event of the kind `release`, and the usual losses begin
 *   anew. It is for single wrong labels, not for rows that are wrong in eights. A class that is new is never held.
 * - `balance`: the gradient of a row counts (n/(K·n_c))^strength, with n_c the rows of its class so far out of n in K
 *   classes. A rare class is then predicted more often, and its probability is too high: for the F1 and the balanced
 *   accuracy, and not for the log loss.
 * - `replay`: behind each row, `perRow` rows are learned again out of a reservoir in which each row so far is with the same
 *   probability. It is for short streams; the records are those of the new rows alone.
 *
 * Rows come one by one, and take some three times as long as with `learn`: arrays of rows are flattened by `concatAll()` in
 * front of it, and chunks are not read. All state is part of the model's, and saved
 * with it. It holds the model as `learn` does.
 *
 * A reaction such as `reactions.shadow()` behind it trains its second model on the records alone: it neither replays nor
 * weighs rows, nor does it learn those that are released.
 *
 * @throws RangeError for options out of their range, where no safeguard is named, for `balance` with a target that is a number, and for `replay` with
 * fields that remember; as notifications, TypeError for an array or a chunk, ModelInUseError when the model already has a writer, and TypeError for what
 * another operator has kept under the name
 * @example
 * row$.pipe(learnWith(model, { quarantine: true, replay: { capacity: 500, perRow: 2 } }), evaluate(model)).subscribe()
 * fromModel(model).subscribe((event) => { if (event.kind === 'quarantine') console.log(event.row, event.reason) })
 * @see J. S. Vitter (1985), Random Sampling with a Reservoir, ACM TOMS 11(1); G. King, L. Zeng (2001), Logistic Regression
 * in Rare Events Data, Political Analysis 9(2) (weights by class)
 */
export function learnWith<R, I = R, V extends AnyValue = AnyValue>(
  model: Model<R, V>,
  config: LearnWithConfig,
): OperatorFunction<RowsFor<R, I, 'learnWith(model)'>, Learned<I, V>>
export function learnWith<R>(model: Model<R>, config: LearnWithConfig): OperatorFunction<R, Learned<R>> {
  checkGiven('learnWith: the model', model, 'learn')
  bringKeep()
  bringLongForm()
  const given = optionsOf('learnWith', config, {
    ...{ quarantine: undefined, balance: undefined, replay: undefined, name: 'learnWith' },
  })
  if (typeof given.name !== 'string') throw new TypeError(`learnWith: name is ${shown(given.name)}; expected a text.`)
  if (given.quarantine === undefined && given.balance === undefined && given.replay === undefined)
    throw new RangeError(
      'learnWith: no safeguard is given; expected quarantine, balance or replay (or false), or learn(model) instead.',
    )
  const optionsFor = (name: 'quarantine' | 'balance' | 'replay'): object | undefined | false => {
    const value: unknown = given[name]
    if (value === undefined || value === false) return false
    if (value === true) return undefined
    if (typeof value === 'object' && value !== null) return value
    throw new TypeError(`learnWith: ${name} is ${shown(value)}; expected true, false, or its options.`)
  }
  const [quarantine, balance, replay] = [optionsFor('quarantine'), optionsFor('balance'), optionsFor('replay')]
  const guards: Safeguards = {
    quarantine:
      quarantine === false ? undefined : createQuarantine('learnWith: quarantine', quarantine, leastLossOf(model)),
    balance: balance === false ? undefined : createBalance('learnWith: balance', balance),
    replay: replay === false ? undefined : createReplay('learnWith: replay', replay),
  }
  checkSafeguards('learnWith', model, guards)
  return (source) =>
    hold(
      () => createSafeLearner(model, guards, 'learnWith', given.name),
      ({ learn }) => source.pipe(inTurn(learn)),
    )
}

/** The loss of a number that is not scaled has the unit of its square. */
const leastLossOf = <R>({ target }: Model<R>): number => {
  const fields = Object.values(target)
  if (fields.some(isCategory)) return LEAST_LOSS.category
  return fields.every((field) => scalingOf(field) !== undefined) ? LEAST_LOSS.numeric : 0
}
