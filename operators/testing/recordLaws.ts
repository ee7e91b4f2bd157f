import { Subject } from 'rxjs'
import { contentOf, differenceOf } from './contentOf.js'
import type { OperatorLaw, OperatorTrial } from './operatorCase.js'
import { type End, ends, Planted } from './planted.js'
import { frozen, isObject, memoryOf, reachableFrom } from './reachable.js'
import { same, type Watched, watch } from './watch.js'

/** The number of elements that follow a record before it is compared again. */
const LATER = 100

/** Runs a long subscription over the same inputs repeatedly, and a short one after it. */
const used = ({ operator, inputs }: OperatorTrial, end: End, look?: (value: unknown) => void): Watched<unknown> => {
  const first = new Subject<unknown>()
  const seen = watch(first.pipe(operator), look)
  for (let i = 0; i < inputs.length + LATER; i++) first.next(inputs[i % inputs.length])
  same('error', seen.errors[0], undefined)
  if (end === 'complete') first.complete()
  if (end === 'error') first.error(new Planted('of the source'))
  seen.subscription.unsubscribe()
  const second = new Subject<unknown>()
  const more = watch(second.pipe(operator), look)
  for (const input of inputs) second.next(input)
  second.complete()
  return { ...seen, values: [...seen.values, ...more.values], contents: [...seen.contents, ...more.contents] }
}

/** Laws about records: what an operator has given out belongs to its receiver. */
export const recordLaws: readonly OperatorLaw[] = [
  {
    name: 'never changes a record that it was given or has made',
    check({ make }) {
      for (const end of ends) {
        const trial = make()
        const given = trial.inputs.map(contentOf)
        const { values, contents } = used(trial, end)
        const unchanged = (what: string, record: unknown, before: string | undefined): void => {
          const difference = differenceOf(contentOf(record), before ?? '')
          if (difference !== undefined) throw new Error(`${what} was changed later (${end}): ${difference}`)
        }
        trial.inputs.forEach((input, i) => {
          unchanged(`input ${i}`, input, given[i])
        })
        values.forEach((value, i) => {
          unchanged(`output ${i}`, value, contents[i])
        })
      }
    },
  },
  {
    name: 'makes each record anew, with memory of its own',
    check({ make }) {
      const trial = make()
      const given = reachableFrom(trial.inputs)
      const givenMemory = new Set(memoryOf(trial.inputs).map(({ buffer }) => buffer))
      const objects = new Map<object, number>()
      const stretches = new Map<ArrayBufferLike, { start: number; end: number; i: number }[]>()
      used(trial, 'complete').values.forEach((value, i) => {
        if (isObject(value) && !given.has(value) && !Object.isFrozen(value)) {
          const before = objects.get(value)
          if (before !== undefined)
            throw new Error(
              `output ${i} is the very object of output ${before}; make a new one each time, or freeze it`,
            )
          objects.set(value, i)
        }
        for (const { buffer, start, end } of memoryOf(value)) {
          if (givenMemory.has(buffer)) continue
          const others = stretches.get(buffer) ?? []
          const other = others.find((one) => one.i !== i && one.start < end && start < one.end)
          if (other) throw new Error(`output ${i} has numbers in the memory of output ${other.i}; copy them each time`)
          stretches.set(buffer, [...others, { start, end, i }])
        }
      })
    },
  },
  {
    name: 'works where every record that it was given or has given out is frozen',
    check({ make }) {
      const trial = make()
      frozen(trial.inputs)
      const { values } = used(trial, 'complete', frozen)
      same('values', values.length > 0, true)
    },
  },
]
