import { isCategory } from '../../../features/field.js'
import type { AnyLearned } from '../../../metrics/observed.js'
import type { Model } from '../../../model.js'
import type { Row, Value } from '../../../values.js'
import { InputError } from '../../sources/index.js'
import type { EvaluateRequest } from '../arguments/frozenArgs.js'
import { runFrozen } from '../frozen/frozenRun.js'
import { type RunReport, reportText } from '../output/report.js'
import { reportJson } from '../output/reportJson.js'
import { openScores, type Scores } from '../output/scores.js'

/** Runs `rxgrad evaluate` and resolves to the exit code. */
export const evaluate = async (request: EvaluateRequest): Promise<number> => {
  let scores: Scores | undefined
  let experts: RunReport['experts']
  let unlabelled = 0
  const result = await runFrozen(
    request,
    () => [],
    ({ saved, frozen }) => {
      const { session, schema } = saved
      if (session?.options.horizon !== undefined)
        throw new InputError(
          `${saved.path} predicts later rows (--horizon ${session.options.horizon}), and a row alone does not tell how well; rxgrad learn --load ${saved.path} scores its forecasts as their targets come.`,
        )
      const [[target, field]] = Object.entries(schema.target)
      const hasClasses = isCategory(field)
      const labels: Value[] = [...frozen.labels]
      const placeOf = (name: Value): number => {
        const found = labels.findIndex((label) => `${label}` === `${name}`)
        return found >= 0 ? found : labels.push(name) - 1
      }
      const like = { target: schema.target, labels, stages: { learnedSince: () => 0 } } as unknown as Model
      const own = openScores(like, false, session?.season ?? 'none')
      scores = own
      experts = frozen.experts
      return (predictions, { row }) => {
        const truth = (row as Readonly<Record<string, Value | undefined>>)[target]
        if (truth === undefined || truth === null) {
          unlabelled++
          return
        }
        const actual = Float64Array.of(hasClasses ? placeOf(truth) : Number(truth))
        const record = { kind: 'learned', step: predictions.step, model: like, rows: [row], actual, predictions }
        own.observe({ ...record, losses: Number.NaN } as unknown as AnyLearned<Row>)
      }
    },
  )
  const { report, classes } = scores!
  const run: RunReport = { ...result, unlabelled, events: {}, scores: report(), classes: classes(), experts }
  if (run.scores.rows === 0 && result.code === undefined)
    throw new InputError('no row has a target, so there is nothing to compare with; rxgrad predict writes predictions.')
  process.stdout.write(request.json ? `${reportJson(run)}\n` : `${reportText(run, 'predicted')}\n`)
  return result.code ?? 0
}
