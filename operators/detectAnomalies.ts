import { map, type OperatorFunction } from 'rxjs'
import { createJudge, type Judgement, type JudgeState } from '../src/anomaly/judge.js'
import { RejectedRowError } from '../src/errors.js'
import { isCategory } from '../src/features/field.js'
import type { Held } from '../src/late.js'
import { bringKeep } from '../src/model/keep.js'
import { bringLate } from '../src/model/late/createLate.js'
import type { Model } from '../src/model.js'
import { checkNumber } from '../src/options/checkNumber.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import type { Row } from '../src/values.js'
import { checkGiven } from './given.js'
import { hold } from './hold.js'

export interface DetectAnomaliesConfig {
  /** The share of normal rows that may be flagged. Default: 2e-4. */
  readonly falseAlarms?: number
  /** The number of recent rows that say what is normal. Default: 2000. */
  readonly window?: number
  /** The number of rows from which on rows are flagged. Default: 500. */
  readonly warmUp?: number
  /** A row is learned once so many rows after it were normal too, so that no fault is learned. Default: 100. */
  readonly delay?: number
  /** After so many flagged rows without a normal one, the stream has changed, and is learned again. Default: 500. */
  readonly patience?: number
  /** The name under which the first model keeps what is normal. Default: `detectAnomalies`. */
  readonly name?: string
}

/** A row that has been judged, before it was learned. */
export interface Judged<R> {
  readonly kind: 'judged'
  readonly row: R
  readonly isAnomaly: boolean
  /** The target that is furthest off in an anomaly. */
  readonly target: string | undefined
  /** How far each target is off, with its sign: beyond ±1 is an anomaly. NaN while nothing can be said. */
  readonly scores: Readonly<Record<string, number>>
  /** What each target was expected to be. */
  readonly expected: Readonly<Record<string, number>>
}

/**
 * Flags the rows in which a number is not what the others, or the rows before, lead a model to expect. It learns the
 * rows that it does not flag.
 *
 *     row                a   b   c
 *     detectAnomalies    A   B   C     B.isAnomaly, B.target, B.scores: b is not learned
 *
 * Each row is predicted first. A number is an anomaly if its error, or the moving average of its errors, is larger than
 * all but a share of `falseAlarms` of those of normal rows, by their exponential tail. To find out which of several
 * sensors is at fault, give a model for each, which predicts it from the others: a flagged row is learned by none, and
 * fields that remember take the number at fault as missing. The models are held as `learn` holds one.
 *
 * @throws RangeError for a target that is a category or belongs to two models, for a share that is not between 0 and 1,
 * and for a whole number below 1; as notifications, ModelInUseError when a model already has a writer
 * @example
 * const byTemperature = createModel({ features: { temperature: numeric() }, target: { power: numeric() }, layers: [dense(1)] })
 * reading$.pipe(detectAnomalies(byTemperature)).subscribe(({ isAnomaly, target, row }) => {
 *   if (isAnomaly) console.log(`${target} is at fault`, row)
 * })
 * @see A. Siffer et al. (2017), Anomaly detection in streams with extreme value theory
 */
export function detectAnomalies<R extends object>(
  models: Model<R> | readonly Model<R>[],
  config?: DetectAnomaliesConfig,
): OperatorFunction<R, Judged<R>> {
  const list: readonly Model<R>[] = Array.isArray(models) ? models : [models as Model<R>]
  if (list.length === 0) throw new RangeError('detectAnomalies: there is no model; expected one or more.')
  for (const model of list) checkGiven('detectAnomalies: the model', model, 'learn')
  const { falseAlarms, window, warmUp, delay, patience, name } = optionsOf('detectAnomalies', config, {
    ...{ falseAlarms: 2e-4, window: 2000, warmUp: 500, delay: 100, patience: 500, name: 'detectAnomalies' },
  })
  checkNumber('detectAnomalies: falseAlarms', falseAlarms, { open: true, below: 1 })
  for (const [what, value] of Object.entries({ window, warmUp, delay, patience }))
    checkWhole(`detectAnomalies: ${what} is`, value)
  if (warmUp > window)
    throw new RangeError(`detectAnomalies: warmUp is ${warmUp}; expected at most the window, which is ${window}.`)
  if (typeof name !== 'string') throw new TypeError(`detectAnomalies: name is ${shown(name)}; expected a text.`)
  const targets = targetsOf(list)
  bringKeep()
  bringLate()
  const judge = createJudge({ targets: targets.length, falseAlarms, window, warmUp, patience })

  const take = () => {
    const held: { release(): void }[] = []
    const release = (): void => {
      for (const each of held) each.release()
    }
    try {
      const writers = list.map((model) => {
        const writer = model.stages.take('detectAnomalies')
        held.push(writer)
        return writer
      })
      const kept = list[0].stages.keep(name, (): Kept => ({ judge: judge.init(), waiting: [] }))
      held.push(kept)
      return { writers, kept, release }
    } catch (error) {
      release()
      throw error
    }
  }
  /** Returns what is expected of each target; undefined for a row that a model cannot read. */
  const expect = (row: R): Record<string, number> | undefined => {
    try {
      return Object.assign({}, ...list.map((model) => valuesOf(model, row)))
    } catch (error) {
      if (error instanceof RejectedRowError) return undefined
      throw error
    }
  }

  return (source) =>
    hold(take, ({ writers, kept }) => {
      /** Lets the models remember a row, and returns what they learn of it later. */
      const arrive = (row: R): (Held | undefined)[] =>
        list.map(({ stages }, i) => stages.late.arrive(row, writers[i]).held)
      const learn = ({ rows, labels, judgement }: Waiting): void => {
        list.forEach(({ stages }, i) => {
          const held = rows[i]
          if (held) stages.late.learn(held, labels, writers[i])
        })
        judge.learn(kept.value.judge, judgement)
      }
      return source.pipe(
        map((row): Judged<R> => {
          const { judge: state, waiting } = kept.value
          const expected = expect(row) ?? {}
          const labels = Object.fromEntries(targets.map((target) => [target, (row as Record<string, unknown>)[target]]))
          const errors = targets.map((target) => {
            const value = labels[target]
            return typeof value === 'number' ? value - (expected[target] ?? Number.NaN) : Number.NaN
          })
          const judgement = judge.judge(state, errors)
          const { scores } = judgement
          const target = furthest(targets, scores)
          if (target === undefined) {
            waiting.push({ rows: arrive(row), labels: labels as Row, judgement })
            if (waiting.length > delay) learn(waiting.shift() as Waiting)
          } else {
            // A fault may have begun before it was found.
            waiting.length = 0
            arrive(without(row, target))
          }
          return {
            ...{ kind: 'judged', row, isAnomaly: target !== undefined, target, expected },
            scores: Object.fromEntries(targets.map((each, i) => [each, scores[i]])),
          }
        }),
      )
    })
}

/** A row that is normal so far, and is learned if no anomaly follows soon. */
interface Waiting {
  readonly rows: readonly (Held | undefined)[]
  readonly labels: Row
  readonly judgement: Judgement
}
interface Kept {
  readonly judge: JudgeState
  readonly waiting: Waiting[]
}

/** Returns the names of all targets. */
const targetsOf = <R>(models: readonly Model<R>[]): readonly string[] => {
  const targets = models.flatMap(({ target }) => Object.entries(target))
  targets.forEach(([name, field], i) => {
    if (isCategory(field))
      throw new RangeError(`detectAnomalies: the target '${name}' is a category; expected a number, as numeric() is.`)
    if (targets.findIndex(([other]) => other === name) < i)
      throw new RangeError(`detectAnomalies: two models have the target '${name}'; expected one.`)
  })
  return targets.map(([name]) => name)
}

const valuesOf = <R>(model: Model<R>, row: R): Readonly<Record<string, number>> => {
  const { value, values } = model.predict(row)
  const [name] = Object.keys(model.target)
  return values ?? { [name]: value as number }
}

/** Returns the target that is furthest beyond ±1. */
const furthest = (targets: readonly string[], scores: readonly number[]): string | undefined => {
  let most = 1
  let found: string | undefined
  targets.forEach((target, i) => {
    if (!(Math.abs(scores[i]) > most)) return
    most = Math.abs(scores[i])
    found = target
  })
  return found
}

/** Returns a row in which a column is missing, so that fields that remember do not take it. */
const without = <R extends object>(row: R, column: string): R => ({ ...row, [column]: null })
