import { bySettings } from '../settings.js'
import type { Expert } from './expert.js'

/**
 * Creates an expert that expects no change: o_t = y_(t−1), the last number that was learned. For a category, it learns
 * what usually follows each class: o_t = W e(y_(t−1)), a Markov chain of order 1 whose W starts as zeros.
 *
 * @example
 * createModel({
 *   features,
 *   target,
 *   experts: { noChange: experts.noChange(), net: experts.net([dense(32, 'relu'), dense(1)]) },
 * })
 */
export const noChange = (): Expert =>
  bySettings({
    kind: 'noChange',
    build({ name, ops, outputs, task, last }) {
      if (task === 'numeric') return last()
      const before = last()
      return ops.dense(before, ops.weight(`${name}.W`, { shape: [before.shape[0], outputs], fanIn: 1 }))
    },
  })
