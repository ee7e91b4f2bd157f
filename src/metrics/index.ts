export { accuracy } from './accuracy.js'
export { balancedAccuracy } from './balancedAccuracy.js'
export type { Band, Bands } from './band.js'
export { brier } from './brier.js'
export { type CalibrationErrorConfig, calibrationError } from './calibrationError.js'
export type { ConfusionConfig } from './confusion.js'
export { type ConfusionMatrix, type ConfusionMatrixConfig, confusionMatrix } from './confusionMatrix.js'
export { type CumulativeState, cumulative } from './cumulative.js'
export { type F1Config, f1 } from './f1.js'
export { type FadingState, fading } from './fading.js'
export { kappa } from './kappa.js'
export { logLoss } from './logLoss.js'
export { mae } from './mae.js'
export { mape } from './mape.js'
export { mcc } from './mcc.js'
export type { Metric, Observation, RunningMetric } from './metric.js'
export type { Observations } from './observations.js'
export { pinball } from './pinball.js'
export { type PrAucConfig, prAuc } from './prAuc.js'
export { r2 } from './r2.js'
export { rmse } from './rmse.js'
export { type RocAucConfig, rocAuc } from './rocAuc.js'
export { type RollingState, rolling } from './rolling.js'
export { type Scoreboard, type ScoreboardConfig, scoreboard } from './scoreboard.js'
export type { MetricReport, Score, ScoreboardReport, ScoreboardState } from './scoreboardState.js'
export { smape } from './smape.js'
export {
  type TimedMetric,
  type TimedObservation,
  type TimeRollingConfig,
  type TimeRollingState,
  timeRolling,
} from './timeRolling.js'
export { type WeightedMeanConfig, weightedMean } from './weightedMean.js'
