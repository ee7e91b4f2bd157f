import { RejectedRowError } from '../../../errors.js'
import { type Explained, explain } from '../../../explain/explain.js'
import type { IntervalState } from '../../../intervals/adaptive.js'
import { type Interval, intervalOf } from '../../../intervals/intervalOf.js'
import { bringLongForm } from '../../../model/longForm.js'
import type { Model } from '../../../model.js'
import type { Prediction } from '../../../records.js'
import { predictorOf } from '../../../saved/full.js'
import type { Row, Value } from '../../../values.js'
import { requestOf } from '../arguments/args.js'
import { modelOf } from '../models/prepare.js'
import type { Saved } from '../models/session.js'

/** A saved model that predicts rows in turn, and learns nothing. */
export interface Frozen {
  /** The names of a category target, in column order. */
  readonly labels: readonly Value[]
  /**
   * Predicts the next row. What its fields recall of earlier rows, as lags do, are the rows before it.
   *
   * @throws RejectedRowError
   */
  predict(row: Row): Prediction
  /** Explains the row that was predicted last. */
  explainLast(): Explained
  /** Returns where the number is expected, if the model has kept its errors. */
  expectedOf(prediction: Prediction): Partial<Pick<Interval, 'lower' | 'upper' | 'quantiles'>>
  /** The names of its parts, as columns. */
  readonly expectedColumns: readonly string[]
  readonly experts: Readonly<Record<string, number>> | undefined
}

/** The names under which a model may have kept its errors. */
const KEPT = ['quantiles', 'intervals']

/** Opens a saved model for predicting. */
export const openFrozen = (saved: Saved): Frozen => {
  const { description, snapshot, session } = saved
  const model = session && modelOf(saved, requestOf({ ...session.options, season: `${session.season}` }, []))
  const predictor = predictorOf(saved.bytes)
  const labels = snapshot.vocabularies[snapshot.vocabularies.length - 1] ?? []
  const hasClasses = Object.values(saved.schema.target)[0].names !== undefined
  const kept = KEPT.find((name) => (snapshot.kept[name] as { errors?: unknown } | undefined)?.errors !== undefined)
  // The command keeps errors for quantiles alone, too.
  const hasIntervals = session === undefined || session.options.confidence !== undefined
  const levels = kept === undefined ? [] : ((snapshot.kept[kept] as IntervalState).quantiles?.levels ?? [])
  const stages = { kept: (name: string) => snapshot.kept[name] }
  bringLongForm()
  const memories = model?.stages.memories()
  /** What was remembered when the last row was predicted. */
  let before = memories?.save()
  let last: { row: Row; prediction: Prediction } | undefined

  /** Predicts a row by the rows before it, and remembers it. */
  const predictNext = (model: Model, row: Row): Prediction => {
    before = memories!.save()
    const example = model.stages.encode(row, memories)
    if (example.kind === 'rejection') throw new RejectedRowError({ field: '', ...example })
    const { values, steps, probabilities } = model.stages.forward(model.stages.batch([example])).predictions
    const [value] = values
    if (!hasClasses) return { kind: 'prediction', row, step: steps[0], value }
    return {
      ...{ kind: 'prediction', row, step: steps[0], value: labels[value] },
      probabilities: Object.fromEntries(labels.map((label, k) => [`${label}`, probabilities![k]])),
    }
  }
  return {
    labels,
    predict(row) {
      const prediction = model && memories ? predictNext(model, row) : ((model ?? predictor).predict(row) as Prediction)
      last = { row, prediction }
      return prediction
    },
    explainLast() {
      const { row, prediction } = last!
      const publication = { ...snapshot, ...(before && { memories: before }) }
      const asModel = { description, publish: () => publication, predict: () => prediction, experts: model?.experts }
      return explain(asModel as unknown as Model, row)
    },
    expectedOf(prediction) {
      if (kept === undefined) return {}
      const { lower, upper, quantiles } = intervalOf({ stages } as unknown as Model, prediction, kept)
      return { ...(hasIntervals && { lower, upper }), ...(quantiles && { quantiles }) }
    },
    expectedColumns: [
      ...(kept !== undefined && hasIntervals ? ['lower', 'upper'] : []),
      ...levels.map((level) => `quantiles.${level}`),
    ],
    experts: model?.experts,
  }
}
