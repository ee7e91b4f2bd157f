import { observing } from '../metrics/observed.js'
import { bringKeep } from '../model/keep.js'
import { markPart } from '../model/partOf.js'
import { createEvents } from '../model/state/events.js'
import { bringTouch } from '../model/touch.js'
import type { Learned, Model, Writer } from '../model.js'
import type { ModelEvent } from '../records.js'
import type { AnyValue } from '../values.js'
import { createCompetition } from './competition.js'
import type { CompetitionState } from './competitionState.js'
import { type CompeteConfig, checkCompetition } from './config.js'
import type { Competed, Standings, Swap } from './records.js'

/** Models that compete, all of which one writer takes. */
export interface Competing<I, V extends AnyValue, N extends string, M> {
  take(): { learn(row: I): Competed<I, V, N, M>; release(): void }
  report(): Standings<N>
  listen(listener: (swap: Swap<N>) => void): () => void
}

export const competing = <I, V extends AnyValue, N extends string, M = Model<I, V>>(
  models: Readonly<Record<N, Model<I, V>>>,
  config: CompeteConfig<N> | undefined,
): Competing<I, V, N, M> => {
  const { name, target, ...checked } = checkCompetition(models as never, config)
  bringKeep()
  bringTouch()
  const { names } = checked as { readonly names: readonly N[] }
  const competition = createCompetition<N>({ ...checked, names })
  const first = Object.values(models)[0] as Model<I, V>
  const observers = names.map((each) => observing<I>(models[each] as Model<I>, target))
  const events = createEvents()
  let kept: { readonly value: CompetitionState } | undefined
  /** Returns how the models stand by the first one as it is now: a snapshot of it may have been restored. */
  const current = (): CompetitionState => {
    if (kept) return kept.value
    const saved = first.stages.kept(name)
    if (saved === undefined) return competition.init()
    const problem = competition.problemOf(saved)
    if (problem !== undefined)
      throw new TypeError(`compete: what the first model keeps as '${name}' ${problem}; give compete another name.`)
    return saved as CompetitionState
  }
  const report = (): Standings<N> => competition.report(current())

  const take: Competing<I, V, N, M>['take'] = () => {
    const held: { release(): void }[] = []
    const release = (): void => {
      kept = undefined
      for (const each of held.splice(0)) each.release()
    }
    try {
      const writers = names.map((each) => {
        const writer = models[each].stages.take('compete') as Writer<I>
        held.push(writer, markPart(models[each], 'compete'))
        return writer
      })
      const { problemOf } = competition
      const own = first.stages.keep(name, competition.init, { problemOf })
      held.push(own)
      kept = own
      const learn = (row: I): Competed<I, V, N, M> => {
        const state = own.value
        const champion = state.champion as N
        for (const each of names) models[each].stages.touch(row)
        const learned = writers.map((writer) => {
          const each = writer.learn(row)
          writer.flush()
          return each
        })
        for (let i = 0; i < learned.length; i++) competition.measure(i, observers[i](learned[i] as Learned<I>, 0))
        const found = competition.update(state)
        // No one else has seen the record yet, and a copy of it takes longer.
        const record = learned[names.indexOf(champion)] as unknown as Writable<Competed<I, V, N, M>>
        record.champion = champion
        record.report = report
        if (found) {
          record.swap = { ...found, step: models[found.to].step }
          events.raise(record.swap as unknown as ModelEvent)
          events.deliver()
        }
        return record
      }
      return { learn, release }
    } catch (error) {
      release()
      throw error
    }
  }
  return { take, report, listen: (listener) => events.listen(listener as unknown as (event: ModelEvent) => void) }
}

type Writable<T> = { -readonly [P in keyof T]: T[P] }
