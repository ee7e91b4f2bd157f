import type { Expression } from '../graph/expression.js'
import type { ExpertSite } from './expert.js'

/** The logit by which a class is taken to follow itself, before anything is known. */
const STAYS = 2

/**
 * Learns what follows each class: (W + 2I) e, where e is the class as one-hot columns and W starts as zeros, so that
 * a class is expected to stay until the rows say otherwise. A single output has the logit ±2 at first.
 */
export const whatFollows = ({ name, ops, outputs }: ExpertSite, before: Expression): Expression => {
  const classes = before.shape[0] as number
  const learned = ops.dense(before, ops.weight(`${name}.W`, { shape: [classes, outputs], fanIn: 1 }))
  const stays = outputs > 1 ? before : ops.sub(ops.slice(before, 1, 2), ops.slice(before, 0, 1))
  return ops.add(learned, ops.mul(STAYS, stays))
}
