import { type MonoTypeOperatorFunction, type OperatorFunction, tap } from 'rxjs'
import type { DriftDetector } from '../src/drift/detector.js'
import { lossReader } from '../src/drift/lossReader.js'
import { problemOfDetector } from '../src/drift/problemOfDetector.js'
import { isCategory, scalingOf } from '../src/features/field.js'
import type { KeptForm } from '../src/late.js'
import { type AnyLearned, observing } from '../src/metrics/observed.js'
import { bringKeep } from '../src/model/keep.js'
import { bringReacting } from '../src/model/reacting.js'
import { bringDrifts } from '../src/model/tellDrift.js'
import type { Model } from '../src/model.js'
import { oneOf } from '../src/options/oneOf.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import { reactingOn } from '../src/reactions/reactingOn.js'
import type { Reaction } from '../src/reactions/reaction.js'
import { checkLearned } from './checkRecord.js'
import { gathering } from './gathering.js'
import { checkGiven } from './given.js'
import { hold } from './hold.js'
import type { Reads } from './reads.js'

export interface DetectDriftConfig {
  /** What the detector reads: each row's loss, or 1 where its class was missed. Default: misses, and for numbers losses. */
  readonly of?: 'loss' | 'miss'
  /** What is done about a drift, besides its event: a reaction, such as `reactions.shadow()`. Default: 'none'. */
  readonly react?: 'none' | Reaction
  /** The name under which the model keeps the detector's state. Default: `drift`, and the detector's name. */
  readonly name?: string
}

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
 * A reaction takes effect with the next element, since an array is learned whole; an event of the kind `reaction` says
 * what was done, with the numbers behind it. Its state is saved too, and a restored model goes on with the same bits.
 *
 * @throws RangeError for a detector that cannot read the target and, as a notification, a name that is in use; as notifications too, TypeError for what another detector has kept under the
 * name, and for a row that was learned by another model
 * @example
 * row$.pipe(learn(model), detectDrift(model, detectors.adwin(), { react: reactions.shadow() })).subscribe()
 * fromModel(model).subscribe((event) => {
 *   if (event.kind === 'drift') console.log(event.detector, event.step)
 *   if (event.kind === 'reaction') console.log(event.reason)
 * })
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
  if (typeof config?.react === 'object') bringReacting()
  const [first] = Object.entries(model.target)
  const category = isCategory(first[1])
  const { of, react, name } = optionsOf('detectDrift', config, {
    of: category ? 'miss' : 'loss',
    react: 'none',
    name: `drift ${detector.name}`,
  })
  oneOf('detectDrift', 'of', of, ['loss', 'miss'])
  const reaction = typeof react === 'object' ? react : undefined
  if (reaction) checkGiven('detectDrift: react', reaction, 'on', 'reactions.shadow')
  else if (react !== 'none')
    throw new (typeof react === 'function' ? TypeError : RangeError)(
      `detectDrift: react is ${shown(react)}; expected 'none' or a reaction such as reactions.${(react as unknown) === 'boost' ? 'boost' : 'shadow'}()${typeof react === 'function' ? ': call it' : ''}.`,
    )
  const scaled = category || Object.values(model.target).every((field) => scalingOf(field) !== undefined)
  checkReads(detector, of, category, scaled)
  const errorOf = lossReader(detector.reads, category ? 'category' : 'numeric', scaled)
  const observe = observing(model, first[0])
  const tell = model.stages.drifts(detector.name)
  const reacting = reaction && reactingOn(model, detector, reaction)
  const form: KeptForm<Kept<S>> = {
    ...(reacting?.form as KeptForm<Kept<S>> | undefined),
    problemOf: (saved) => problemOfKept(detector, saved) ?? reacting?.form.problemOf?.(saved),
  }
  const initial = (): Kept<S> => ({
    step: model.step,
    detector: detector.name,
    state: detector.init(),
    ...reacting?.init(),
  })
  const take = () => model.stages.keep(name, initial, form)

  return (source) =>
    hold(take, (kept) => {
      const gather = gathering<R>(Object.keys(model.target).length)
      const readingOf = (learned: AnyLearned<R>, i: number): number => {
        const loss = typeof learned.losses === 'number' ? learned.losses : learned.losses[i]
        const { actual, predicted } = observe(learned, i)
        // A loss that is not finite is that of a refused step.
        if (!Number.isFinite(loss) || Number.isNaN(predicted)) return Number.NaN
        return of === 'miss' ? Number(actual !== predicted) : errorOf(loss)
      }
      const read = (learned: AnyLearned<R>, i: number, now: Kept<S>): void => {
        const value = readingOf(learned, i)
        const level = Number.isNaN(value) ? 'none' : detector.update(now.state, value)
        if (level === 'drift') tell(stepOf(learned, i))
        reacting?.row(now, { level, value, learned, index: i })
      }
      return source.pipe(
        tap((learned) => {
          checkLearned('detectDrift', learned, model, 'detectDrift(model, detector)')
          gather(learned, (each, from, to) => {
            const now = kept.value
            for (let i = from; i < to; i++) read(each, i, now)
            now.step = learned.step
          })
          reacting?.settle(kept.value)
        }),
      )
    })
}

interface Kept<S> {
  /** The step at which the detector stands. */
  step: number
  readonly detector: string
  readonly state: S
  /** The kind of the reaction, and its state. */
  readonly reaction?: { readonly kind: string; readonly state: unknown }
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
