// biome-ignore-all assist/source/organizeImports: in the order of the pipeline
// This is the package's entry: the core, and the operators in the order in which a row meets them. Only this folder
// knows RxJS.

export * from '../src/index.js'

// sources
export { type ChunkedRowsConfig, fromRows, type RowsConfig } from './fromRows.js'
export { fromLines, type ParseLine } from './fromLines.js'
export { fromModel } from './fromModel.js'
export { fromBroadcast, type MessageSource, type StepSource } from './fromBroadcast.js'

// between a source and what it is too fast for
export {
  type BoundedBuffer,
  type BoundedBufferConfig,
  type BufferCounters,
  boundedBuffer,
  type Overflow,
} from './boundedBuffer.js'

// rows in the order of their times, and each once
export { type OrderByTimeConfig, type OrderCounters, orderByTime } from './orderByTime.js'
export { type DedupeConfig, type DedupeCounters, dedupe } from './dedupe.js'

// every stage in sight
export { encode } from './encode.js'
export { type BatchConfig, batch } from './batch.js'
export { forward } from './forward.js'
export { loss } from './loss.js'
export { backward } from './backward.js'
export { gradient } from './gradient.js'
export { update } from './update.js'

// all of them in one
export { type LearnConfig, type LearnedOf, learn } from './learn.js'
export { type LearnWithConfig, learnWith } from './learnWith.js'
export type { BalanceConfig } from '../src/safeguards/balance.js'
export type { QuarantineConfig } from '../src/safeguards/quarantine.js'
export type { ReplayConfig } from '../src/safeguards/replay.js'
export { type LearnByKey, type LearnByKeyConfig, learnByKey } from './learnByKey.js'
export type { ModelsByKey } from '../src/byKey/modelsByKey.js'
export type { EventByKey, LearnedByKey } from '../src/byKey/records.js'
export type { CountersByKey, SnapshotByKey } from '../src/wire/snapshotByKey.js'
export { type Bag, bag } from './bag.js'
export type { BagConfig } from '../src/bag/config.js'
export type { Bagged, BagStandings, MemberStanding, Replacement } from '../src/bag/records.js'
export { type Compete, type Competitors, compete } from './compete.js'
export type { CompeteConfig } from '../src/compete/config.js'
export type { Competed, Evidence, Standing, Standings, Swap } from '../src/compete/records.js'

// with labels that come later
export { type Joined, type JoinLabelsConfig, joinLabels } from './joinLabels.js'
export { type ForecastConfig, type Forecasted, forecast } from './forecast.js'

// with the model
export { predict } from './predict.js'
export { type EvaluateConfig, evaluate } from './evaluate.js'
export { type IntervalsConfig, intervals, type WithInterval } from './intervals.js'
export { detectAnomalies } from './detectAnomalies.js'
export type { DetectAnomaliesConfig, Judged } from '../src/anomaly/records.js'
export { type DetectDriftConfig, detectDrift } from './detectDrift.js'
export { type Broadcaster, type BroadcastModel, broadcast } from './broadcast.js'
export { type CheckpointConfig, checkpoint, type Saved } from './checkpoint.js'
export { type WriteConfig, writeTo } from './writeTo.js'
