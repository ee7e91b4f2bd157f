import type { LearnedByKey } from '../../../byKey/records.js'
import { isCategory } from '../../../features/field.js'
import type { AnyLearned } from '../../../metrics/observed.js'
import type { Model } from '../../../model.js'
import type { Row, Value } from '../../../values.js'
import { InputError } from '../../sources/index.js'
import type { EvaluateRequest } from '../arguments/frozenArgs.js'
import type { Frozen } from '../frozen/frozen.js'
import { runFrozen } from '../frozen/frozenRun.js'
import { MOST_KEYS } from '../learning/keyedModels.js'
import { openFrozenScores } from '../output/keyScores.js'
import { type KeysReport, reportOfKeys } from '../output/keysReport.js'
import { type RunReport, reportText } from '../output/report.js'
import { reportJson } from '../output/reportJson.js'
import { openScores, type Scores } from '../output/scores.js'

/** Runs `rxgrad evaluate` and resolves to the exit code. */
export const evaluate = async (request: EvaluateRequest): Promise<number> => {
  let scores: Pick<Scores, 'report' | 'classes'> | undefined
  let keys: (() => KeysReport) | undefined
  let experts: RunReport['experts']
  let unlabelled = 0
  const result = await runFrozen(
    request,
    () => [],
    ({ saved, frozen, keyed }) => {
      const { session, schema } = saved
      if (session?.options.horizon !== undefined)
        throw new InputError(
          `${saved.path} predicts later rows (--horizon ${session.options.horizon}), and a row alone does not tell how well; rxgrad learn --load ${saved.path} scores its forecasts as their targets come.`,
        )
      const [[target, field]] = Object.entries(schema.target)
      const hasClasses = isCategory(field)
      const likes = new Map<Frozen, Model>()
      /** A model that knows the names of a target as the frozen one does, and those that are met. */
      const likeOf = (one: Frozen): Model => {
        const labels: Value[] = [...one.labels]
        const like = { target: schema.target, labels, stages: { learnedSince: () => 0 } } as unknown as Model
        const found = likes.get(one) ?? like
        likes.set(one, found)
        return found
      }
      const placeOf = (name: Value, labels: Value[]): number => {
        const found = labels.findIndex((label) => `${label}` === `${name}`)
        return found >= 0 ? found : labels.push(name) - 1
      }
      const season = session?.season ?? 'none'
      const own = keyed === undefined ? openScores(likeOf(frozen), false, season) : undefined
      const ofKeys = keyed && openFrozenScores(likeOf(frozen), season, keyed.keys)
      scores = own ?? ofKeys
      if (keyed && ofKeys) keys = () => reportOfKeys(keyed.column, ofKeys.byKey(), { capacity: MOST_KEYS, evicted: 0 })
      experts = keyed ? undefined : frozen.experts
      return (predictions, { row }, by) => {
        const truth = (row as Readonly<Record<string, Value | undefined>>)[target]
        if (truth === undefined || truth === null) {
          unlabelled++
          return
        }
        const model = likeOf(by.frozen)
        const actual = Float64Array.of(hasClasses ? placeOf(truth, model.labels as Value[]) : Number(truth))
        const record = { kind: 'learned', step: predictions.step, model, rows: [row], actual, predictions }
        own?.observe({ ...record, losses: Number.NaN } as unknown as AnyLearned<Row>)
        ofKeys?.observe({ ...record, losses: Number.NaN, key: by.key } as unknown as LearnedByKey)
      }
    },
  )
  const { report, classes } = scores!
  const run: RunReport = {
    ...result,
    unlabelled,
    events: {},
    scores: report(),
    classes: classes(),
    experts,
    keys: keys?.(),
  }
  if (run.scores.rows === 0 && result.code === undefined)
    throw new InputError('no row has a target, so there is nothing to compare with; rxgrad predict writes predictions.')
  process.stdout.write(request.json ? `${reportJson(run)}\n` : `${reportText(run, 'predicted')}\n`)
  return result.code ?? 0
}
