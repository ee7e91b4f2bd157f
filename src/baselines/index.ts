export type { Baseline } from './baseline.js'
export { type MajorityClassState, majorityClass } from './majorityClass.js'
export { type MeanState, mean } from './mean.js'
export { type NoChangeState, noChange } from './noChange.js'
