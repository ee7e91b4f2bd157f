import { observing } from '../metrics/observed.js'
import { bringKeep } from '../model/keep.js'
import { createEvents } from '../model/state/events.js'
import type { Learned, Model, Writer } from '../model.js'
import type { ModelEvent } from '../records.js'
import type { AnyValue } from '../values.js'
import { type CompetitionState, createCompetition } from './competition.js'
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
  const { names } = checked as { readonly names: readonly N[] }
  const competition = createCompetition<N>({ ...checked, names })
  const first = Object.values(models)[0] as Model<I, V>
  const observers = names.map((each) => observing<I>(models[each] as Model<I>, target))
  const events = createEvents()
  let last: CompetitionState = competition.init()

  const check = (state: CompetitionState): CompetitionState => {
    const known = Object.keys(state.losses ?? {})
    if (known.length !== names.length || names.some((each) => !known.includes(each)))
      throw new TypeError(
        `compete: '${name}' holds what was known of ${known.join(', ') || 'no models'}; expected that of ${names.join(', ')}, so give one of the two another name.`,
      )
    return state
  }
  const report = (): Standings<N> => competition.report(last)

  const take: Competing<I, V, N, M>['take'] = () => {
    const held: { release(): void }[] = []
    const release = (): void => {
      for (const each of held.splice(0)) each.release()
    }
    try {
      const writers = names.map((each) => {
        const writer = models[each].stages.take('compete') as Writer<I>
        held.push(writer)
        return writer
      })
      const kept = first.stages.keep(name, competition.init)
      held.push(kept)
      last = check(kept.value)
      const learn = (row: I): Competed<I, V, N, M> => {
        // A snapshot of the first model may have been restored since the row before.
        last = kept.value === last ? last : check(kept.value)
        const champion = last.champion as N
        const learned = writers.map((writer) => {
          const each = writer.learn(row)
          writer.flush()
          return each
        })
        for (let i = 0; i < learned.length; i++) competition.measure(i, observers[i](learned[i] as Learned<I>, 0))
        const found = competition.update(last)
        // No one else has seen the record yet, and a copy of it takes longer.
        const own = learned[names.indexOf(champion)] as unknown as Writable<Competed<I, V, N, M>>
        own.champion = champion
        own.report = report
        if (found) {
          own.swap = { ...found, step: models[found.to].step }
          events.raise(own.swap as unknown as ModelEvent)
          events.deliver()
        }
        return own
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
