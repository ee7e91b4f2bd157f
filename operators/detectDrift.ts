import { type MonoTypeOperatorFunction, type OperatorFunction, tap } from 'rxjs'
import type { DriftDetector } from '../src/drift/detector.js'
import { problemOfDetector } from '../src/drift/problemOfDetector.js'
import { isCategory, scalingOf } from '../src/features/field.js'
import { type AnyLearned, observing } from '../src/metrics/observed.js'
import { bringKeep } from '../src/model/keep.js'
import { bringDrifts } from '../src/model/tellDrift.js'
import type { Model } from '../src/model.js'
import { oneOf } from '../src/options/oneOf.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import { exp64 } from '../src/program/elementary/index.js'
import { checkLearned } from './checkRecord.js'
import { gathering } from './gathering.js'
import { checkGiven } from './given.js'
import { hold } from './hold.js'
import type { Reads } from './reads.js'

export interface DetectDriftConfig {
  /** What the detector reads: each row's loss, or 1 where its class was missed. Default: misses, and for numbers losses. */
  readonly of?: 'loss' | 'miss'
  /** What a drift does besides its event; 'boost' lets `auto()` adapt fast again, as its own rule does. Default: 'none'. */
  readonly react?: 'none' | 'boost'
  /** The name under which the model keeps the detector's state. Default: `drift`, and the detector's name. */
  readonly name?: string
}

/** Losses are cut here, so that a single outlier is no drift: those of a scaled number, and those of a class. */
const MOST = { numeric: 8, category: 4 } as const

/**
 * Lets a detector read each row's error, and tells of a drift by an event of the model. The records pass unchanged.
 *
 *     learned             a b c
 *     detectDrift         a b c     an event { kind: 'drift', step, detector } to fromModel(model), before its row leaves
 *
 * A detector of shares reads a loss l as 1 − e^(−l): for cross-entropy, the probability that the row's class was not
 * given. Other detectors read the loss itself, at most 4 for a class and 8 for a number that is scaled. Rows that were
 * predicted before the model had learned any are left out. The detector's state is part of the model's state and is
 * saved with it; a row is read by the step that learns it.
 *
 * @throws RangeError for a detector that cannot read the target, a reaction that the optimizer does not have and, as a
 * notification, a name that is in use; as notifications too, TypeError for what another detector has kept under the
 * name, and for a row that was learned by another model
 * @example
 * row$.pipe(learn(model), detectDrift(model, detectors.adwin(), { react: 'boost' })).subscribe()
 * fromModel(model).subscribe((event) => { if (event.kind === 'drift') console.log(event.detector, event.step) })
 */
export function detectDrift<R, S, I = AnyLearned<R>>(
  model: Model<R>,
  detector: DriftDetector<S>,
  config?: DetectDriftConfig,
): OperatorFunction<
  Reads<
    I,
    AnyLearned<unknown>,
    'detectDrift(model, detector) reads how well a row was predicted: learn(model) belongs in front of it.'
  >,
  NoInfer<I>
>
export function detectDrift<R, S>(
  model: Model<R>,
  detector: DriftDetector<S>,
  config?: DetectDriftConfig,
): MonoTypeOperatorFunction<AnyLearned<R>> {
  checkGiven('detectDrift: the model', model, 'learn')
  checkGiven('detectDrift: the detector', detector, 'update', 'detectors.adwin')
  bringKeep()
  bringDrifts()
  const [first] = Object.entries(model.target)
  const category = isCategory(first[1])
  const { of, react, name } = optionsOf('detectDrift', config, {
    of: category ? 'miss' : 'loss',
    react: 'none',
    name: `drift ${detector.name}`,
  })
  oneOf('detectDrift', 'of', of, ['loss', 'miss'])
  oneOf('detectDrift', 'react', react, ['none', 'boost'])
  const scaled = category || Object.values(model.target).every((field) => scalingOf(field) !== undefined)
  checkReads(detector, of, category, scaled)
  const most = !scaled ? Infinity : MOST[category ? 'category' : 'numeric']
  const errorOf = (loss: number): number => (detector.reads === 'share' ? 1 - exp64(-loss) : Math.min(loss, most))
  const observe = observing(model, first[0])
  const tell = model.stages.drifts(detector.name, react === 'boost')
  const initial = (): Kept<S> => ({ step: model.step, detector: detector.name, state: detector.init() })
  const problemOf = (saved: unknown): string | undefined => problemOfKept(detector, saved)
  const take = () => model.stages.keep(name, initial, { problemOf })

  return (source) =>
    hold(take, (kept) => {
      const gather = gathering<R>(Object.keys(model.target).length)
      const read = (learned: AnyLearned<R>, i: number, { state }: Kept<S>): void => {
        const loss = typeof learned.losses === 'number' ? learned.losses : learned.losses[i]
        const { actual, predicted } = observe(learned, i)
        // A loss that is not finite is that of a refused step.
        if (Number.isNaN(loss) || Number.isNaN(predicted)) return
        const value = of === 'miss' ? Number(actual !== predicted) : errorOf(loss)
        if (Number.isFinite(value) && detector.update(state, value) === 'drift') tell(stepOf(learned, i))
      }
      return source.pipe(
        tap((learned) => {
          checkLearned('detectDrift', learned, model, 'detectDrift(model, detector)')
          gather(learned, (each, from, to) => {
            const now = kept.value
            for (let i = from; i < to; i++) read(each, i, now)
            now.step = learned.step
          })
        }),
      )
    })
}

interface Kept<S> {
  /** The step at which the detector stands. */
  step: number
  readonly detector: string
  readonly state: S
}

/** Returns why this is not what this detector has kept, as the rest of a sentence, or undefined. */
const problemOfKept = <S>(detector: DriftDetector<S>, saved: unknown): string | undefined => {
  const { step, detector: name, state } = (saved ?? {}) as { readonly [K in keyof Kept<S>]?: unknown }
  if (name !== detector.name) return `is of the detector ${shown(name)}; expected '${detector.name}'`
  if (!(Number.isSafeInteger(step) && (step as number) >= 0))
    return `is of step ${shown(step)}; expected a whole number`
  return problemOfDetector(detector, state)
}

/** Returns the step that learned a row, which is the one after that of its prediction. */
const stepOf = <R>({ step, predictions }: AnyLearned<R>, i: number): number =>
  (predictions?.kind === 'predictions' ? predictions.steps[i] : (predictions?.step ?? step - 1)) + 1

const checkReads = (
  { name, reads }: Pick<DriftDetector, 'name' | 'reads'>,
  of: 'loss' | 'miss',
  category: boolean,
  scaled: boolean,
): void => {
  if (of === 'miss' && !category)
    throw new RangeError("detectDrift: of is 'miss', but the target is a number; expected 'loss'.")
  if (reads === 'miss' && of !== 'miss')
    throw new RangeError(
      `detectDrift: ${name} reads misses of a class, but of is 'loss'; expected another detector, such as adwin().`,
    )
  if (reads === 'share' && of === 'loss' && !scaled)
    throw new RangeError(
      `detectDrift: ${name} reads shares from 0 to 1, but the target is not scaled; expected numeric(), or pageHinkley().`,
    )
}
