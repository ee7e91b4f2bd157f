import { createModelsByKey } from '../../../byKey/modelsByKey.js'
import type { LearnedByKey } from '../../../byKey/records.js'
import { isCategory } from '../../../features/field.js'
import { bringKeep } from '../../../model/keep.js'
import { bringLate } from '../../../model/late/createLate.js'
import { createForecaster, type Forecasted, type Forecaster } from '../../../model/late/forecaster.js'
import type { Learned, Model } from '../../../model.js'
import type { ModelEvent, Prediction } from '../../../records.js'
import type { Row, Value } from '../../../values.js'
import type { SnapshotByKey } from '../../../wire/snapshotByKey.js'
import type { RowAt } from '../../sources/index.js'
import type { Session } from '../models/session.js'
import { type KeyedState, openKeyScores } from '../output/keyScores.js'
import { reportOfKeys } from '../output/keysReport.js'
import type { Learning, LearningConfig } from './learning.js'

/** As many as `learnByKey` has room for by itself. */
export const MOST_KEYS = 10_000

export interface KeyedModelsConfig extends LearningConfig {
  /** The column whose values are the keys. */
  readonly key: string
  /** A model like that of each key, and what makes them. */
  readonly like: Model
  readonly createModel: () => Model
  /** What is kept beside the models in a file. */
  readonly session?: Session
  /** The models of a run from which this one goes on. */
  readonly saved?: SnapshotByKey | undefined
  /** The largest number of keys. Default: 10,000. */
  readonly capacity?: number
}

/** Learns each row, or what its target tells of an earlier one of the same key, by the model of its key. */
export const openKeyedModels = (config: KeyedModelsConfig): Learning => {
  const {
    key: column,
    like,
    createModel,
    session,
    saved,
    request,
    form,
    by,
    season,
    recent,
    capacity = MOST_KEYS,
  } = config
  const { horizon, predictions } = request
  const keyed = session?.keyed
  const scores = openKeyScores(like, recent, season, keyed?.scores)
  const { target, digits, keep, file } = form
  const hasClasses = isCategory(like.target[target])
  const forecasters = new WeakMap<Model, Forecaster<Row>>()
  const listeners = new Set<(event: ModelEvent) => void>()
  const counts = { ...(keyed?.counts ?? { learned: 0, unlabelled: 0 }) }
  let key: Value
  if (horizon !== undefined) {
    bringKeep()
    bringLate()
  }

  const addCounts = ({ counters }: Model): void => {
    counts.learned += counters.learned
    counts.unlabelled += counters.unlabelled
  }
  const forecasterOf = (model: Model): Forecaster<Row> => {
    const found = forecasters.get(model)
    if (found) return found
    const added = createForecaster<Row>(model, { horizon: horizon as number, by, capacity: 1024, name: 'forecast' })
    forecasters.set(model, added)
    return added
  }
  const { models, learn } = createModelsByKey<Row, Value, never, Row>({
    createModel: createModel as () => Model<Row, never>,
    keyOf: () => key,
    capacity,
    onEvict: (gone, model) => {
      addCounts(model as Model)
      forecasters.get(model as Model)?.release()
      scores.forget(gone)
      clippedOf.delete(gone)
    },
    learnBy:
      horizon === undefined
        ? undefined
        : (model, row) => forecasterOf(model as Model).row(row) as unknown as Learned<Row, never>,
  })
  if (saved) models.restore(saved as never)
  const all = (): Model[] => models.keys().map((each) => models.get(each) as unknown as Model)

  const rounded = (value: unknown): unknown =>
    typeof value === 'number' && !hasClasses && digits !== undefined ? Number(value.toPrecision(digits)) : value
  const shares = ({ probabilities }: Prediction): object =>
    probabilities === undefined
      ? {}
      : {
          probabilities: Object.fromEntries(
            Object.entries<number>(probabilities).map(([name, share]) => [
              name,
              digits === undefined ? share : Number(share.toPrecision(digits)),
            ]),
          ),
        }
  /** Writes the prediction of a row, or the forecast from it, as a line of JSON; none if it was rejected. */
  const lineOf = (learned: LearnedByKey, { line, row, kept = row }: RowAt): string => {
    const prediction = learned.predictions as Prediction | undefined
    const forecast = (learned as Partial<Forecasted>).forecast as Prediction | undefined
    const from = horizon === undefined ? prediction : forecast
    if (from === undefined) return ''
    const written = {
      ...(file !== undefined && { file: file() }),
      ...{ line, [column]: learned.key, step: from.step },
      ...(forecast !== undefined && { forecast: rounded(forecast.value) }),
      ...(prediction !== undefined && { prediction: rounded(prediction.value) ?? null }),
      ...(horizon === undefined && shares(from)),
      actual: row[target] ?? undefined,
      ...Object.fromEntries(keep.flatMap((name) => (kept[name] === undefined ? [] : [[name, kept[name]]]))),
    }
    return `${JSON.stringify(written)}\n`
  }
  /** The values too far away to be trusted that the models have clipped, by column, and those of each key as of late. */
  const clipped: Record<string, number> = { ...keyed?.clipped }
  const clippedOf = new Map<Value | undefined, Readonly<Record<string, number>>>(keyed?.clippedOf)

  return {
    savable: {
      ...(like.description && { description: like.description }),
      get about() {
        const keyed: KeyedState = { scores: scores.state(), counts, clipped, clippedOf: [...clippedOf] }
        return { ...session, keyed }
      },
      snapshot: () => models.snapshot() as SnapshotByKey,
    },
    isRowwise: true,
    learnAgain: () => {},
    scores,
    learn(at) {
      let text = ''
      for (const each of at as readonly RowAt[]) {
        const { row, kept = row } = each
        key = kept[column] as Value
        const learned = learn(row) as LearnedByKey | undefined
        if (learned === undefined) continue
        scores.observe(learned)
        if (predictions) text += lineOf(learned, each)
      }
      return text
    },
    reject: (rejection) => {
      for (const hear of listeners) hear(rejection)
    },
    listen(listener) {
      listeners.add(listener)
      const stop = models.listen((event) => {
        if (event.kind === 'rejection' && event.key === undefined)
          return listener({ ...event, reason: event.reason.replace(/^the key/, `the key ${column}`) })
        if (event.kind !== 'clipping') return listener(event)
        const before = clippedOf.get(event.key) ?? {}
        for (const [name, count] of Object.entries(event.fields))
          clipped[name] = (clipped[name] ?? 0) + count - (before[name] ?? 0)
        clippedOf.set(event.key, event.fields)
        listener({ ...event, fields: clipped })
      })
      return () => {
        listeners.delete(listener)
        stop()
      }
    },
    counters: () => {
      const total = { ...counts }
      for (const { counters } of all()) {
        total.learned += counters.learned
        total.unlabelled += counters.unlabelled
      }
      return total
    },
    experts: () => meanOf(all().flatMap(({ experts }) => (experts ? [experts] : []))),
    keys: () => reportOfKeys(column, scores.byKey(), { capacity, evicted: models.counters.evicted }),
    release: () => {
      for (const model of all()) forecasters.get(model)?.release()
    },
  }
}

/** Returns the mean of each number. */
const meanOf = (records: readonly Readonly<Record<string, number>>[]): Record<string, number> | undefined => {
  if (records.length === 0) return undefined
  const mean: Record<string, number> = {}
  for (const record of records)
    for (const [name, value] of Object.entries(record)) mean[name] = (mean[name] ?? 0) + value / records.length
  return mean
}
