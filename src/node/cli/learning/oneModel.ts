import type { RowAt } from '../../sources/index.js'
import { asUsage } from '../arguments/usageError.js'
import { keepSession } from '../models/session.js'
import { openScores } from '../output/scores.js'
import { openExpected } from './expected.js'
import { openForecasts } from './forecasts.js'
import type { Learning, OneModelConfig } from './learning.js'
import { predictionLines } from './predictions.js'

/** Lets one model learn: from each row its own target, or from the target of a later row what it tells of this one. */
export const openOneModel = (config: OneModelConfig): Learning => {
  const { model, session, request, form, by, season, recent, isRejected, show } = config
  const { batch, horizon, predictions } = request
  const expected = asUsage(() => openExpected(model, request))
  const kept = keepSession(model, session)
  const scores = openScores(model, recent, season, request.quantiles, kept.value.scores)
  kept.value.scores = scores.state
  const common = {
    scores,
    reject: model.stages.reject,
    listen: (listener) => model.listen(listener),
    counters: () => model.counters,
    experts: () => model.experts,
    ...(expected && { coverage: expected.coverage }),
    savable: model,
  } satisfies Partial<Learning>
  if (horizon !== undefined) {
    const forecasts = openForecasts(model, { ...form, horizon, by, expectedOf: expected?.of })
    return {
      ...common,
      isRowwise: true,
      learnAgain: () => {},
      learn(at) {
        let text = ''
        for (const each of at as readonly RowAt[]) {
          const record = forecasts.row(each.row)
          const told = expected ? expected.follow(record) : record
          scores.observe(told)
          show(told, scores.report)
          if (predictions) text += forecasts.line(record, each)
        }
        return text
      },
      release() {
        forecasts.release()
        expected?.release()
        kept.release()
      },
    }
  }
  const lines = predictionLines(form)
  const writer = model.stages.take('rxgrad learn', batch)
  return {
    ...common,
    isRowwise: false,
    learnAgain: (at) => void writer.learn(at.map(({ row }) => row)),
    learn(at) {
      const learned = 'kind' in at ? writer.learn(at.chunk) : writer.learn(at.map(({ row }) => row))
      const told = expected ? expected.follow(learned) : learned
      scores.observe(told)
      show(told, scores.report)
      return predictions ? lines(told, at, isRejected) : ''
    },
    release() {
      writer.flush()
      writer.release()
      expected?.release()
      kept.release()
    },
  }
}
