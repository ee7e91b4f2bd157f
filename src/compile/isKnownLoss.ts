import type { LossFunction } from '../losses/index.js'
import { LOSS } from '../program/abi.js'
import { settingsOf } from '../settings.js'

/**
 * Tells whether a loss is one of those that the kernels know; a custom loss may have the same kind without being it, and
 * the kernels know no weights of classes.
 */
export const isKnownLoss = (loss: LossFunction): boolean =>
  !!settingsOf(loss) && loss.kind in LOSS && !(loss as { weights?: unknown }).weights
