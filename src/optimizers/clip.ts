import { checkNumber } from '../options/checkNumber.js'
import { bySettings } from '../settings.js'
import type { Transform } from './optimizer.js'

/**
 * Clipping by global norm: ∇ ← ∇ · min(1, limit/‖∇‖), the norm taken over all trainable parameters at once.
 *
 * Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013).
 */
export const clipByGlobalNorm = (limit: number): Transform & { limit: number } => {
  checkNumber('clipByGlobalNorm: limit', limit, { open: true, most: Infinity })
  return bySettings({
    kind: 'clipByGlobalNorm',
    limit,
    emit: ({ gradient: g, scalars: { div, max, sqrt }, ...rows }) => {
      // limit / max(‖∇‖, limit) is 1 below the limit, and never divides by a norm of 0.
      const norm = sqrt(rows.dot(g, g))
      rows.scale(g, g, div(limit, max(norm, limit)))
    },
  })
}
