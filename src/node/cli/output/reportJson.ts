import type { RunReport } from './report.js'

/** JSON has no NaN: a score that is not known yet is null. */
const known = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** Writes the results of a run as one JSON object. */
export const reportJson = (run: RunReport, why?: string): string => {
  const { rows, seconds, unlabelled, rejected, problems, unread, events, scores, classes } = run
  const metrics = scores.metrics.map(({ name, model, baselines }) => [
    name,
    {
      model: known(model.cumulative),
      ...Object.fromEntries(Object.entries(baselines).map(([baseline, score]) => [baseline, known(score.cumulative)])),
    },
  ])
  const table = classes && { names: classes.names, counts: classes.counts, rocAuc: known(classes.rocAuc) }
  return JSON.stringify({
    ...{ rows, seconds, unlabelled, rejected, scored: scores.rows, unscored: scores.unscored },
    scores: Object.fromEntries(metrics),
    ...(table && { classes: table }),
    ...(run.experts && { experts: run.experts }),
    ...(run.intervals && { intervals: run.intervals }),
    ...(run.frequencies && { quantiles: run.frequencies }),
    ...{ events, unread, problems, notices: run.notices ?? [] },
    ...(why !== undefined && { why }),
  })
}
