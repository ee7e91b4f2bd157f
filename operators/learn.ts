import type { OperatorFunction } from 'rxjs'
import type { Engine } from '../src/engine.js'
import type { Learned, LearnedRows, Model, Update, Writer } from '../src/model.js'
import { optionsOf } from '../src/options/optionsOf.js'
import type { Chunk } from '../src/records.js'
import type { AnyValue } from '../src/values.js'
import { checkGiven } from './given.js'
import { hold } from './hold.js'
import { checkWindow, type Gathering, inWindows } from './inWindows.js'
import type { LearnableBy } from './reads.js'

export interface LearnConfig {
  /** The number of labelled rows in a step. Default 1. */
  readonly batch?: number
  /** A window ends at most this many milliseconds after its first row. Default: no limit. */
  readonly withinMs?: number
  /** Computes the shards of a window, such as `workers(4)`; the bits do not depend on it. Default: this thread. */
  readonly engine?: Engine
}
/** The output for an input: one prediction for a row, columns for an array or a chunk. */
export type LearnedOf<R, I, V extends AnyValue = AnyValue> = {
  readonly row: Learned<Exclude<I, Several>, V>
  readonly array: LearnedRows<Extract<I, readonly unknown[]>[number], V>
  readonly chunk: LearnedRows<R, V>
}[I extends Chunk ? 'chunk' : I extends readonly unknown[] ? 'array' : 'row']
type Several = Chunk | readonly unknown[]

/**
 * Tests, then trains: it predicts each row as it arrives, and then learns it.
 *
 *     row                  a  b  c|
 *     learn(model)         A  B  C|     each with the step it led to
 *     learn(model, {batch: 2})
 *                          A  B  C(D|)  B and D carry an update; D has no predictions: it closes c's window
 *
 * All stages are fused; rows, arrays of rows and chunks give the same θ as the separate stages, bit for bit. The model
 * is held from subscription until completion, error or unsubscribe, so put `share()` behind this operator for several
 * readers. A row without its target is predicted and not learned. A row that cannot be read is rejected, counted and
 * reported by `fromModel`. `unlearned` lists both, with the reason. A row that is pushed from downstream waits until
 * the row before it has left the chain.
 *
 * @throws RangeError for a batch that is not a whole number of at least 1, or a withinMs that is not above 0;
 * ModelInUseError (as a notification) when the model already has a writer
 * @example
 * row$.pipe(learn(model, { batch: 32 })).subscribe(({ step, predictions }) => console.log(step, predictions?.value))
 */
export function learn<R, I = R, V extends AnyValue = AnyValue>(
  model: Model<R, V>,
  config?: LearnConfig,
): OperatorFunction<LearnableBy<R, I>, LearnedOf<R, I, V>>
export function learn<R>(
  model: Model<R>,
  config?: LearnConfig,
): OperatorFunction<R | readonly R[] | Chunk, Learned<R> | LearnedRows<R>> {
  checkGiven('learn: the model', model, 'learn')
  const { batch, withinMs, engine } = optionsOf('learn', config, { batch: 1, withinMs: undefined, engine: undefined })
  if (engine !== undefined) checkGiven('learn: the engine', engine, 'open', 'workers')
  checkWindow('learn', { size: batch, withinMs })
  return (source) =>
    hold(
      () => model.stages.take('learn', batch, engine),
      (writer) => source.pipe(inWindows(() => gather(model, writer), withinMs)),
    )
}

const gather = <R>(
  model: Model<R>,
  writer: Writer<R>,
): Gathering<R | readonly R[] | Chunk, Learned<R> | LearnedRows<R>> => {
  let inColumns = false
  let steps = 0
  return {
    add(element) {
      const learned = writer.learn(element as R) as Learned<R> | LearnedRows<R>
      inColumns = typeof learned.losses !== 'number'
      if (learned.update) steps++
      return learned
    },
    close() {
      const update = writer.flush()
      steps++
      return update && closing(model, update, inColumns)
    },
    get open() {
      return writer.pending === 0 ? 0 : steps + 1
    },
  }
}

/** The record for the end of a window that no row closed. */
const closing = <R>(model: Model<R>, update: Update<R>, inColumns: boolean): Learned<R> | LearnedRows<R> => {
  const start = { kind: 'learned', step: update.step, model, rows: [], actual: new Float64Array(0) } as const
  return inColumns
    ? { ...start, predictions: undefined, losses: new Float64Array(0), update }
    : { ...start, predictions: undefined, losses: Number.NaN, update }
}
