import { bySettings } from '../settings.js'
import type { Expert } from './expert.js'
import { whatFollows } from './whatFollows.js'

/**
 * Creates an expert that expects no change: o_t = y_(t−1), the last number that was learned. For a category, it learns
 * what usually follows each class: o_t = (W + 2I) e(y_(t−1)), a Markov chain of order 1 whose W starts as zeros, so that
 * it expects the last class at first.
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
    build(site) {
      const before = site.last()
      return site.task === 'numeric' ? before : whatFollows(site, before)
    },
  })
