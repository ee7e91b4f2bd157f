import type { OperatorFunction } from 'rxjs'
import { createModelsByKey, type ModelsByKey } from '../src/byKey/modelsByKey.js'
import type { LearnedByKey } from '../src/byKey/records.js'
import { ModelInUseError } from '../src/errors.js'
import { markPart, releasePart } from '../src/model/partOf.js'
import type { Model } from '../src/model.js'
import { checkFunction } from '../src/options/checkFunction.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { optionsOf } from '../src/options/optionsOf.js'
import type { AnyValue, Given, Value } from '../src/values.js'
import { hold } from './hold.js'
import { inTurn } from './inTurn.js'

export interface LearnByKeyConfig<R, K extends Value, V extends AnyValue> {
  /** The most keys that have a model; the model of the key that was not seen for longest makes room. Default: 10,000. */
  readonly capacity?: number
  /** Is called with each key that makes room, and its model, which is the caller's from then on. */
  readonly onEvict?: (key: K, model: Model<R, V>) => void
}
/** The operator, and the models that it has, by key. R is what a model reads, and I a row of the stream. */
export interface LearnByKey<R, K extends Value, V extends AnyValue = AnyValue, I = R>
  extends OperatorFunction<I, LearnedByKey<R, K, V, I>>,
    ModelsByKey<R, K, V> {}

/**
 * Learns each row by the model of its key, which it predicts first: a model for each device, room or customer.
 *
 *     row          a1  b1  a2  c1      the letters are keys; capacity: 2
 *     learnByKey   A1  B1  A2  C1      each with its key, and with the model and the step of that key
 *     onEvict                  b
 *
 * Each model is, bit for bit, what it would be if it had learned the rows of its key alone, each at once. Models of one
 * configuration share its compiled program, and those that were used last share a few hundred sets of working memory,
 * so that a model takes little more than the bytes of its θ, slots and statistics. Events of the kind `naming` are about
 * the rows of all keys together, each told once, with the key of the row at which it was. A key is told
 * apart as in a `Map`: 1 and '1' are two. A row whose key is no name is rejected, counted, and told to `listen`; it
 * emits nothing.
 *
 * The operator has the models, and keeps them from one subscription to the next: `get(key)` returns one, `keys()` lists
 * the keys, the least recently seen first, `snapshot()` and `restore(snapshot)` are a checkpoint of all, and
 * `fromModel` emits the events of all, each with its key. A key that has made room begins anew when it comes again,
 * unless `createModel` restores what `onEvict` has saved.
 *
 * @param createModel makes the model of a new key
 * @throws RangeError for a capacity that is not a whole number of at least 1; as notifications, TypeError where
 * `createModel` returns no model, or that of another key, and ModelInUseError for a second subscription at a time
 * @example
 * const byRoom = learnByKey(
 *   () => createModel({ features: { temperature: numeric() }, target: { power: numeric() }, layers: [dense(1)] }),
 *   (reading) => reading.room,
 *   { capacity: 1000, onEvict: (room, { step }) => console.log(`${room} has made room after ${step} rows`) },
 * )
 * reading$.pipe(byRoom).subscribe(({ key, predictions }) => console.log(key, predictions?.value))
 * const saved = byRoom.snapshot()
 * byRoom.get('A')?.predict({ temperature: 21 })
 */
export function learnByKey<R, K extends Value, V extends AnyValue = AnyValue, I extends Given<R> = Given<R>>(
  createModel: (key: K) => Model<R, V>,
  keyOf: (row: I) => K,
  config?: LearnByKeyConfig<R, K, V>,
): LearnByKey<R, K, V, I> {
  checkFunction('learnByKey: createModel', createModel, 'a function of a key, as in () => createModel({ … })')
  checkFunction('learnByKey: the key', keyOf, 'a function of a row, as in (row) => row.device')
  const { capacity, onEvict } = optionsOf('learnByKey', config, { capacity: 10_000, onEvict: undefined })
  checkWhole('learnByKey: capacity is', capacity)
  if (onEvict !== undefined) checkFunction('learnByKey: onEvict', onEvict, 'a function of a key and its model')
  const { models, learn } = createModelsByKey<R, K, V, I>({
    keyOf,
    capacity,
    createModel(key) {
      const model = createModel(key)
      if (typeof model === 'object' && model !== null) markPart(model, 'learnByKey')
      return model
    },
    onEvict(key, model) {
      releasePart(model)
      onEvict?.(key, model)
    },
  })
  let held = false
  const take = () => {
    if (held)
      throw new ModelInUseError(
        'learnByKey: it is learning from another source already; put share() after it, or give each source its own.',
      )
    held = true
    return {
      release() {
        held = false
      },
    }
  }
  const operator: OperatorFunction<I, LearnedByKey<R, K, V, I>> = (source) =>
    hold(take, () => source.pipe(inTurn(learn)))
  return Object.defineProperties(operator, Object.getOwnPropertyDescriptors(models)) as LearnByKey<R, K, V, I>
}
