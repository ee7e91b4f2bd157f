export { type BoostConfig, boost } from './boost.js'
export type { DriftRow, Reaction, ReactionSite, RunningReaction } from './reaction.js'
export { reset } from './reset.js'
export { type ShadowConfig, shadow } from './shadow.js'
