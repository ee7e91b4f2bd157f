import { createHash } from 'node:crypto'
import {
  adam,
  category,
  createModel,
  dense,
  detectDrift,
  detectors,
  encodeModel,
  evaluate,
  experts,
  forecast,
  ftrl,
  hashed,
  joinLabels,
  type Learned,
  lag,
  learn,
  type Model,
  numeric,
} from 'rxgrad'
import { connect, filter, map, type Observable, type OperatorFunction, pipe } from 'rxjs'

/** What comes out of a row: its step, its predictions, and the score so far. */
export interface Out {
  readonly predictions: unknown
  readonly score: unknown
  readonly model: Model
}
export interface Case {
  readonly model: Model
  /** Whether what comes are rows and labels, of which some bring nothing out; otherwise each row brings one record. */
  readonly isJoined?: boolean
  readonly pipe: OperatorFunction<object, Out>
}

const target = { y: numeric() }
const cursor = 'cursor'

/** A row of a stream that changes, with names that come once. */
export const rowOf = (number: number): object => {
  const x = (number * 7) % 11
  const y = (number < 150 ? 3 : -2) * x + ((number * 31) % 17) / 10
  return { number, x, device: `d${number % 3}`, words: [`w${number % 9}`, `only ${number}`], y }
}

/** A row without its label, or the label of a row near it: some come before their row, some twice, and some never. */
export const eventOf = (number: number): object => {
  const { y, ...row } = rowOf(number >> 1) as { readonly y: number }
  if (number % 2 === 0) return { ...row, number, at: 1000 * number, id: number >> 1 }
  const id = Math.max(0, (number >> 1) + 1 - ((number * 7) % 6))
  return { number, at: 1000 * number, id, y: (rowOf(id) as { readonly y: number }).y }
}
export const inputOf = (name: string, number: number): object =>
  cases[name]!().isJoined ? eventOf(number) : rowOf(number)

const scored = (model: Model): OperatorFunction<Learned, Out> =>
  pipe(
    evaluate(model as never) as never,
    map(({ learned, report }: { learned: Learned; report: () => unknown }) => ({
      predictions: learned.predictions,
      score: report(),
      model,
    })),
  ) as never

/** The models and pipes of which nobody can tell that they were killed. */
export const cases: Readonly<Record<string, () => Case>> = {
  'dense adam': () => {
    const features = { x: numeric(), device: category() }
    const model = createModel({ features, target, layers: [dense(8, 'relu'), dense(1)], optimizer: adam(), cursor })
    return { model: model as Model, pipe: pipe(learn(model, { batch: 3 }), scored(model as Model) as never) as never }
  },
  'sparse ftrl, new names': () => {
    const features = {
      words: hashed({ capacity: 4096, active: 8 }),
      device: category({ onFull: 'evictOldest', capacity: 2 }),
    }
    const model = createModel({ features, target, layers: [dense(1)], optimizer: ftrl(), cursor })
    return { model: model as Model, pipe: pipe(learn(model), scored(model as Model) as never) as never }
  },
  'auto, lags, late labels, drift': () => {
    const features = { x: numeric(), before: lag('y', 1, { by: 'device' }) }
    const model = createModel({ features, target, experts: experts.auto(), cursor })
    const watched = pipe(
      forecast(model, { horizon: 3 }),
      detectDrift(model as never, detectors.pageHinkley() as never) as never,
      scored(model as Model) as never,
    )
    return { model: model as Model, pipe: watched as never }
  },
  'auto, a stream of labels, drift': () => {
    const features = { x: numeric(), device: category(), before: lag('y', 1, { by: 'device' }) }
    const model = createModel({ features, target, experts: experts.auto(), cursor })
    const isRow = (event: object): boolean => 'x' in event
    const joined = (event$: Observable<object>): Observable<unknown> => {
      const label$ = event$.pipe(filter((event) => !isRow(event)))
      const config = { key: 'id', capacity: 9, time: 'at', withinMs: 8000, sameSource: true }
      return event$.pipe(filter(isRow), joinLabels(model as never, label$, config) as never)
    }
    const watched = pipe(
      connect(joined),
      detectDrift(model as never, detectors.pageHinkley() as never) as never,
      scored(model as Model) as never,
    )
    return { model: model as Model, pipe: watched as never, isJoined: true }
  },
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** The hash of what came out of a row: predictions and report. */
export const hashOfOut = ({ predictions, score }: Out): string =>
  sha256(JSON.stringify([predictions, score], (_, value) => (typeof value === 'number' ? `${value}` : value))).slice(
    0,
    16,
  )

/** The hash of all that a model is and knows: θ, the optimizer's state, statistics, names, and the scores. */
export const hashOfModel = (model: Model): string => sha256(encodeModel(model))
