import type { OperatorFunction } from 'rxjs'
import { competing } from '../src/compete/competing.js'
import type { CompeteConfig } from '../src/compete/config.js'
import type { Competed, Standings, Swap } from '../src/compete/records.js'
import { restoreCompetitors, snapshotOfCompetitors } from '../src/compete/snapshot.js'
import type { Model } from '../src/model.js'
import type { AnyValue, Cursor, Given } from '../src/values.js'
import type { SnapshotByKey } from '../src/wire/snapshotByKey.js'
import { hold } from './hold.js'
import { inTurn } from './inTurn.js'

/** Models of any rows, by name. */
export type Competitors = Readonly<Record<string, Model<unknown, AnyValue>>>
/** The rows that all models can read, and the values that one of them predicts. */
type RowsOf<M extends Competitors> = Together<
  { [N in keyof M]: M[N] extends Model<infer R, AnyValue> ? [Given<R>] : never }[keyof M]
>
type ValuesOf<M extends Competitors> = { [N in keyof M]: M[N] extends Model<infer _, infer V> ? V : never }[keyof M]
/** The intersection of the members of a union of lists of one. */
type Together<U> = (U extends unknown ? (each: U) => void : never) extends (each: infer A) => void
  ? A extends readonly [infer R]
    ? R
    : A extends readonly (infer R)[]
      ? R
      : never
  : never

/** The operator, and how its models stand. */
export interface Compete<I, V extends AnyValue, N extends string, M = Model<I, V>>
  extends OperatorFunction<I, Competed<I, V, N, M>> {
  /** Returns how the models stand at the time of the call. */
  report(): Standings<N>
  /** Listens to swaps; `fromModel` emits the same. */
  listen(listener: (swap: Swap<N>) => void): () => void
  /** The cursor of the last row, behind which `resume` reads on. */
  readonly cursor: Cursor | undefined
  /** Copies what all models have learned, each under its name, and how they compare. */
  snapshot(): SnapshotByKey<N>
  /**
   * Continues from a snapshot as the models that it was taken of, bit for bit. It takes all of a snapshot or nothing, and
   * throws a LayoutMismatchError for one that is damaged, of another configuration, or of other names.
   */
  restore(snapshot: SnapshotByKey<N>): void
}

/**
 * Lets several models learn one stream, and predicts each row by the champion, which is the model that has lost least:
 * a challenger takes its place as soon as a statistical test says that it is better.
 *
 *     row       a  b  c  d
 *     compete   A  B  C' D      A, B: by the champion at the time; C' has a swap: D is by another model
 *
 * Every model predicts every row before it learns it, so that all are compared on the same rows: those for which each
 * had a prediction, once it had learned a label. A row whose getter throws is learned by none of them. The losses shown
 * fade by `fading` at each row. The champion is swapped where Page's test finds that the difference of two models'
 * losses at a row has risen, so that equally good models do not take turns; a row for which one of the two models alone
 * had a prediction, as where the other rejects it, counts as four deviations. From then on, the old champion needs as
 * much evidence to return. The new champion is as warm as the old one, since it has learned the same rows.
 *
 *     S_t = max(0, S_{t−1} + d_t/σ − advantage/2) > h
 *
 * with d_t the champion's loss less the challenger's, σ its deviation, and h such that it takes `runLength` rows on
 * average until one of several models that are equally good becomes the champion. In a slow series, where the loss of
 * a row says much about that of the next, it happens sooner; a longer `runLength` helps.
 *
 * The first model keeps the state of the comparison, and saves it in its snapshots. `snapshot()` is one of all models,
 * which continues with the same bits, and what `checkpoint(store, { of })` saves.
 *
 * @throws TypeError for fewer than two models, or one model by two names; RangeError for options out of their range, and
 * models of different targets; as a notification, ModelInUseError for a model that another pipe holds
 * @example
 * const linear = createModel({ features, target, layers: [dense(1)] })
 * const net = createModel({ features, target, layers: [dense(8, 'relu'), dense(1)] })
 * row$.pipe(compete({ linear, net })).subscribe(({ champion, predictions, swap }) => {
 *   if (swap) console.log(swap.reason, swap.losses)
 * })
 * @see E. S. Page (1954), Continuous Inspection Schemes, Biometrika 41; J. Gama, R. Sebastião, P. Rodrigues (2013), On
 * evaluating stream learning algorithms, Machine Learning 90(3)
 */
export function compete<const M extends Competitors, I extends RowsOf<M> = RowsOf<M>>(
  models: M,
  config?: CompeteConfig<keyof M & string>,
): Compete<I, ValuesOf<M>, keyof M & string, M[keyof M]> {
  type N = keyof M & string
  const { take, report, listen } = competing<I, ValuesOf<M>, N, M[keyof M]>(models as never, config)
  const operator: OperatorFunction<I, Competed<I, ValuesOf<M>, N, M[keyof M]>> = (source) =>
    hold(take, ({ learn }) => source.pipe(inTurn(learn)))
  const first = Object.values(models)[0] as Model
  return Object.defineProperties(operator, {
    ...Object.getOwnPropertyDescriptors({
      report,
      listen,
      snapshot: () => snapshotOfCompetitors(models as never),
      restore: (snapshot: SnapshotByKey<N>) => restoreCompetitors(snapshot, models as never),
    }),
    cursor: { get: () => first.cursor, enumerable: true },
  }) as unknown as Compete<I, ValuesOf<M>, N, M[keyof M]>
}
