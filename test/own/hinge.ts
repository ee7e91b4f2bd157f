import type { LossFunction } from 'rxgrad'

/** The hinge: l = max(0, 1 − y·o), for labels y of 1 and −1. */
export const hinge = (): LossFunction => ({
  kind: 'hinge',
  task: 'numeric',
  build: ({ ops: { mul, relu, sub, sum }, output, target }) => sum(relu(sub(1, mul(target, output)))),
})
