import { isChunk } from '../model/learn/chunk.js'
import { markPart } from '../model/partOf.js'
import { createEvents } from '../model/state/events.js'
import type { ModelEvent, Prediction } from '../records.js'
import type { AnyValue } from '../values.js'
import type { CheckedBag } from './config.js'
import { meanPrediction } from './meanPrediction.js'
import type { Member } from './member.js'
import type { Bagged, BagStandings, Replacement } from './records.js'

/** Members that learn together, all of which one writer takes. */
export interface Bagging<R, V extends AnyValue> {
  take(): { learn(row: R): Bagged<R, V>; release(): void }
  predict(row: R): Prediction<R, V>
  report(): BagStandings
  listen(listener: (replacement: Replacement) => void): () => void
}

export const createBagging = <R, V extends AnyValue>(
  members: readonly Member<R, V>[],
  { detector }: CheckedBag,
): Bagging<R, V> => {
  const [first] = members
  const events = createEvents()

  /** Returns the mean over the members that have a vote, or over all, if none has. */
  const together = (predictions: readonly (Prediction<R, V> | undefined)[]): Prediction<R, V> | undefined => {
    const made = (of: typeof predictions) => of.filter((each) => each !== undefined)
    const voting = made(predictions.filter((_, i) => members[i].standing().votes))
    const used = voting.length > 0 ? voting : made(predictions)
    return used.length === 0 ? undefined : meanPrediction(used, first.model.labels)
  }
  /** Lets the worst of the members that have a vote begin anew. */
  const replace = (found: number): Replacement | undefined => {
    const standings = members.map((member) => member.standing())
    let worst = -1
    standings.forEach(({ error, votes }, i) => {
      if (votes && error > (standings[worst]?.error ?? -1)) worst = i
    })
    if (worst < 0) return undefined
    members[worst].replace()
    const errors = standings.map(({ error }) => error)
    const reason = `member ${worst} begins anew: ${detector?.name} found a change in the errors of member ${found}, and that of member ${worst} was the largest, ${errors[worst].toPrecision(3)}`
    const { model, state } = members[worst]
    return { kind: 'replacement', step: model.step, rows: state.rows, member: worst, found, errors, reason }
  }

  const take: Bagging<R, V>['take'] = () => {
    const held: { release(): void }[] = []
    const release = (): void => {
      for (const each of held.splice(0)) each.release()
    }
    try {
      const writers = members.map((member) => {
        const writer = member.take()
        held.push(writer, markPart(member.model, 'bag'))
        return writer
      })
      const learn = (row: R): Bagged<R, V> => {
        if (Array.isArray(row) || isChunk(row))
          throw new TypeError(
            `bag: a row is ${Array.isArray(row) ? 'an array' : 'a chunk'}; expected rows one by one, as each is learned with weights of its own: ${Array.isArray(row) ? 'put concatAll() in front of it' : 'emit rows instead of chunks'}.`,
          )
        // A getter that throws does so before any member has learned the row.
        for (const { model } of members) model.stages.touch(row)
        // Who has a vote is decided before the row is learned.
        const rows = members.map((member, i) => ({ votes: member.standing().votes, ...member.learn(row, writers[i]) }))
        const all = rows.map(({ learned }) => learned)
        const voters = rows.some(({ votes }) => votes) ? rows.filter(({ votes }) => votes) : rows
        const made = voters.flatMap(({ learned }) => learned.predictions ?? [])
        let found = -1
        members.forEach((member, i) => {
          if (member.watch(all[i]) && found < 0) found = i
        })
        const predictions =
          made.length > 0 ? meanPrediction(made as unknown as Prediction<R, V>[], first.model.labels) : undefined
        const losses = voters.reduce((sum, { learned }) => sum + learned.losses, 0) / voters.length
        const replacement = found < 0 ? undefined : replace(found)
        const record: Bagged<R, V> = {
          ...(all[0] as unknown as Bagged<R, V>),
          ...{ model: first.model, step: first.model.step, predictions, losses },
          weights: rows.map(({ weight }) => weight),
          ...(replacement && { replacement }),
        }
        if (replacement) {
          events.raise(replacement as unknown as ModelEvent)
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
  return {
    take,
    predict: (row) => together(members.map(({ model }) => model.predict(row as never))) as Prediction<R, V>,
    report() {
      const standings = members.map((member) => member.standing())
      const replaced = standings.reduce((sum, each) => sum + each.replaced, 0)
      return { rows: first.state.rows, replaced, members: standings }
    },
    listen: (listener) => events.listen(listener as unknown as (event: ModelEvent) => void),
  }
}

/** Returns the seeds of the models of a bag. */
export const seedOf = (seed: number, member: number): number => (Math.imul(seed, 1000003) + member) | 0
