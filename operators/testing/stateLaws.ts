import { from, type Observable, Subject } from 'rxjs'
import type { OperatorCase, OperatorLaw, OperatorTrial } from './operatorCase.js'
import { type End, ends, failing, Planted } from './planted.js'
import { type Story, same, sameStory, storyOf, watch } from './watch.js'

/** An operator and its inputs, for one subscription. */
type Use = Pick<OperatorTrial, 'operator' | 'inputs'>
/** Subscribes any number of times, each time to what `next` gives, and returns what came out. */
type Play = (next: () => Use) => readonly Story[]

/** The operator of one trial, subscribed again and again: it is the one under test. */
const reused = ({ operator, inputs }: OperatorTrial): (() => Use) => {
  return () => ({ operator, inputs })
}
/**
 * An operator that is new at each subscription, so that it cannot have kept any state: it is the one to compare with.
 */
const renewed = ({ make }: OperatorCase): (() => Use) => {
  const { operator, inputs, again } = make()
  let first = true
  return () => {
    if (again === undefined) return make()
    if (!first) return { operator: again(), inputs }
    first = false
    return { operator, inputs }
  }
}

/** Throws unless an operator that is subscribed again does what a new one would do, or what is `known` already. */
const compare = (of: OperatorCase, what: string, play: Play, known?: readonly Story[]): void => {
  const trial = of.make()
  const given = play(reused(trial))
  const expected = known ?? play(renewed(of))
  try {
    expected.forEach((story, i) => {
      sameStory(expected.length === 1 ? what : `${what}, source ${i}`, given[i] ?? [], story)
    })
  } catch (error) {
    if (of.holds === undefined || trial.again) throw error
    throw new Error(
      `${(error as Error).message} (where a model that goes on explains it, let make() give \`again\`, ` +
        'which makes this operator once more for that model)',
    )
  }
}

const whole = ({ operator, inputs }: Use): Story => storyOf(watch(from(inputs).pipe(operator)))
/** A subscription that ends in a given way after a given number of elements. */
const cutShort = ({ operator, inputs }: Use, cut: number, end: End): void => {
  const source$ = new Subject<unknown>()
  const { subscription } = watch(source$.pipe(operator))
  for (const input of inputs.slice(0, cut)) source$.next(input)
  if (end === 'complete') source$.complete()
  if (end === 'error') source$.error(new Planted('of the source'))
  subscription.unsubscribe()
}

const leaving =
  (cut: number, end: End): Play =>
  (next) => {
    cutShort(next(), cut, end)
    return [whole(next())]
  }
const third: Play = (next) => {
  whole(next())
  whole(next())
  return [whole(next())]
}

/** Laws about state: nothing of one subscription is visible in another, be it a number or a flag. */
export const stateLaws: readonly OperatorLaw[] = [
  {
    name: 'gives equal outputs for equal inputs when everything is new',
    check({ make }) {
      same('inputs to work on', make().inputs.length > 0, true)
      const expected = whole(make())
      for (let i = 1; i < 3; i++) sameStory(`what trial ${i} gives`, whole(make()), expected)
    },
  },
  {
    name: 'has fresh state at each subscription',
    check(of) {
      const trial = of.make()
      const { length } = trial.inputs
      // Where no state persists, every subscription gives this.
      const known = trial.again ? undefined : [whole(trial)]
      for (let cut = 0; cut <= length; cut++)
        for (const end of cut < length ? (['unsubscribe'] as const) : ends)
          compare(
            of,
            `what comes out after a subscription that ended by ${end} at element ${cut}`,
            leaving(cut, end),
            known,
          )
      compare(of, 'what comes out at the third subscription', third, known)
    },
  },
  {
    name: 'serves two sources',
    check(of) {
      if (of.holds !== undefined) {
        compare(of, 'one after the other', (next) => [whole(next()), whole(next())])
        return
      }
      for (const late of [0, 1])
        compare(of, late === 0 ? 'side by side' : 'side by side, one of them late', sideBySide(late))
    },
  },
  ...(['complete', 'error'] as const).map(
    (end): OperatorLaw => ({
      name: `can be subscribed again inside ${end}`,
      appliesTo: ({ completesLater = false }) => end === 'error' || !completesLater,
      check(of) {
        const failure = new Planted('of the source')
        const sourceOf = (inputs: readonly unknown[]): Observable<unknown> =>
          end === 'complete' ? from(inputs) : failing(inputs, failure)
        compare(of, 'what comes out', (next) => {
          const { operator, inputs } = next()
          const again: Story[] = []
          const restart = (): void => {
            again.push(whole(next()))
          }
          sourceOf(inputs)
            .pipe(operator)
            .subscribe({ [end]: restart, ...(end === 'complete' && { error: restart }) })
          same('subscriptions inside', again.length, 1)
          same(
            'an error',
            again[0]?.find((line) => line.startsWith('error')),
            undefined,
          )
          return again
        })
      },
    }),
  ),
]

/** Two sources whose elements alternate, the second some elements behind the first. */
const sideBySide =
  (late: number): Play =>
  (next) => {
    const uses = [next(), next()]
    const sources = uses.map(() => new Subject<unknown>())
    const open = (i: number) => watch(sources[i].pipe(uses[i].operator))
    const push = (i: number, at: number): void => {
      const { inputs } = uses[i]
      if (at >= 0 && at < inputs.length) sources[i]?.next(inputs[at])
    }
    const length = uses[0].inputs.length
    const seen = [open(0)]
    for (let at = 0; at < length + late; at++) {
      if (at === late) seen.push(open(1))
      push(0, at)
      push(1, at - late)
    }
    for (const source$ of sources) source$.complete()
    return seen.map(storyOf)
  }
