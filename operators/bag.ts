import type { OperatorFunction } from 'rxjs'
import { createBagging, seedOf } from '../src/bag/bagging.js'
import { type BagConfig, checkBag, checkMembers } from '../src/bag/config.js'
import { createMember } from '../src/bag/member.js'
import type { Bagged, BagStandings, Replacement } from '../src/bag/records.js'
import { restoreMembers, snapshotOfMembers } from '../src/bag/snapshot.js'
import { bringKeep } from '../src/model/keep.js'
import { bringLongForm } from '../src/model/longForm.js'
import { bringReacting } from '../src/model/reacting.js'
import { bringTouch } from '../src/model/touch.js'
import type { Model } from '../src/model.js'
import { checkFunction } from '../src/options/checkFunction.js'
import { shown } from '../src/options/shown.js'
import type { Predictor } from '../src/records.js'
import type { AnyValue, Given } from '../src/values.js'
import type { SnapshotByKey } from '../src/wire/snapshotByKey.js'
import { hold } from './hold.js'
import { inTurn } from './inTurn.js'

/** The operator, and the models that it has. R is what a model reads, and I a row of the stream. */
export interface Bag<R, V extends AnyValue = AnyValue, I = R>
  extends OperatorFunction<I, Bagged<I, V, Model<R, V>>>,
    Predictor<R, V> {
  /** The members. Operators that follow are given the first: `evaluate(bagged.models[0])`. */
  readonly models: readonly Model<R, V>[]
  /** Returns how the members stand at the time of the call. */
  report(): BagStandings
  /** Listens to replacements; `fromModel` emits the same. */
  listen(listener: (replacement: Replacement) => void): () => void
  /** Copies what all members have learned, each under its number. `encodeSnapshot` turns it into bytes. */
  snapshot(): SnapshotByKey<number>
  /**
   * Continues from a snapshot as the bag that it was taken of, bit for bit. It takes all of a snapshot or nothing, and
   * throws a LayoutMismatchError for one that is damaged, or of another configuration or number of members.
   */
  restore(snapshot: SnapshotByKey<number>): void
}

/**
 * Lets several models learn one stream, each as if it had seen another sample of it, and predicts each row by the mean
 * of all: of numbers, or of the probabilities of each class.
 *
 *     row    a  b  c
 *     bag    A  B  C'     C' has a replacement: a change was found, and the worst member begins anew after c
 *
 * Bagging trains each model on rows drawn with replacement, in which a row occurs k times. In a stream without end, k
 * has a Poisson distribution, and so each member learns each row with a weight that is drawn for the two,
 *
 *     P(k) = e^(−λ) λ^k / k!,
 *
 * with λ = 1 for online bagging and λ = 6 for leveraging bagging, whose members see each row more often. A row that has
 * a weight itself is learned with k times that. With k = 0 its gradient is 0; scalers and the memory of fields take it
 * in nevertheless, and the optimizer makes a step. The draws depend on `seed`, the member and the number of the row
 * alone.
 *
 * A detector reads each member's errors: misses of a class, and for a number 1 − e^(−loss). Where it finds a change in
 * one of them, the worst member, by the mean of its errors over rows that fade, begins anew; it knows the names and
 * remembers what its fields do, and has a vote again after `wait` rows. The losses told are the mean of the members'.
 *
 * The operator has the models, and keeps them from one subscription to the next, each with its part of the bag in its
 * snapshot. While it is subscribed, it holds all of them as `learn` holds one.
 *
 * @param createModel makes a member of a seed of its own, by which nets differ from the start; if it ignores the seed,
 * they begin alike, and differ by the weights of their rows alone
 * @throws TypeError where `createModel` returns no model, or the same one twice; RangeError for options out of their
 * range, models of different targets, and a detector that cannot read the target; as notifications, ModelInUseError for
 * a model that another pipe holds, and TypeError for arrays of rows and chunks
 * @example
 * const bagged = bag(
 *   (seed) => createModel({ features, target, layers: [dense(8, 'tanh'), dense(1)], seed }),
 *   { members: 10, lambda: 6 },
 * )
 * row$.pipe(bagged, evaluate(bagged.models[0])).subscribe()
 * fromModel(bagged).subscribe(({ reason }) => console.log(reason))
 * const saved = encodeSnapshot(bagged.snapshot())
 * @see N. C. Oza, S. Russell (2001), Online Bagging and Boosting, AISTATS; A. Bifet et al. (2009), New ensemble methods
 * for evolving data streams, KDD; A. Bifet, G. Holmes, B. Pfahringer (2010), Leveraging Bagging for Evolving Data
 * Streams, ECML PKDD
 */
export function bag<R, V extends AnyValue = AnyValue, I extends Given<R> = Given<R>>(
  createModel: (seed: number, member: number) => Model<R, V>,
  config?: BagConfig,
): Bag<R, V, I> {
  checkFunction('bag: createModel', createModel, 'a function of a seed, as in (seed) => createModel({ …, seed })')
  const checked = checkBag(config)
  bringKeep()
  bringLongForm()
  bringReacting()
  bringTouch()
  const create = (member: number): Model<R, V> => {
    const model = createModel(seedOf(checked.seed, member), member)
    if (typeof model?.learn !== 'function')
      throw new TypeError(
        `bag: createModel is a function that returns ${shown(model)}; expected a model, as in (seed) => createModel({ …, seed }).`,
      )
    return model
  }
  const models = Array.from({ length: checked.members }, (_, i) => create(i))
  if (new Set(models).size < models.length)
    throw new TypeError('bag: createModel returns the same model twice; expected a new one at each call.')
  checkMembers(models as never, checked.detector)
  const members = models.map((model, i) => createMember(model, i, checked))
  const { take, predict, report, listen } = createBagging(members, checked)
  const operator: OperatorFunction<I, Bagged<I, V, Model<R, V>>> = (source) =>
    hold(take, ({ learn }) => source.pipe(inTurn(learn as never)))
  return Object.defineProperties(operator, {
    ...Object.getOwnPropertyDescriptors({ report, listen, predict }),
    // A person who looks at the bag need not read through all members.
    models: { value: models, enumerable: false },
    step: { get: () => models[0].step, enumerable: true },
    snapshot: { value: () => snapshotOfMembers(members), enumerable: true },
    restore: {
      value: (snapshot: SnapshotByKey<number>) =>
        restoreMembers(snapshot, members, (i) => createMember(create(i), i, checked)),
      enumerable: true,
    },
  }) as unknown as Bag<R, V, I>
}
