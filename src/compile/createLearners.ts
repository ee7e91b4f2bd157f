import { BOUND, DRIFT_SIZE } from '../program/abi.js'
import { typeOf } from '../program/assembler.js'
import { createStepRows, type StepProgram } from '../program/createStepRows.js'
import { KEPT, type Parameter, type Vector } from '../program/stepRows.js'
import { isKnownLoss } from './isKnownLoss.js'
import type { Learner } from './mixture.js'
import type { StepSite } from './stepSite.js'

/** The loss that the drift rule sees is capped, so that a single outlier does not count as a drift. */
export const DRIFT_CAP = { numeric: 8, category: 4 } as const

/** The learners of a model, each with what emits its step. */
export interface Learners {
  readonly each: readonly (Learner & StepProgram)[]
  /** The addresses of the states of their drift rules, complete once all steps have been emitted. */
  readonly drifts: readonly number[]
}

/**
 * @param initials receives the initial values of what persists from step to step
 * @param rateOf returns the address of a tensor's η_t
 */
export const createLearners = (
  site: StepSite,
  initials: { address: number; value: number }[],
  rateOf: (tensor: Parameter) => number,
): Learners => {
  const { plan, assembler, regions, constant64 } = site
  const { emit } = assembler
  const total = site.tensors.reduce((sum, { size }) => sum + size, 0)
  const drifts: number[] = []

  // A vector as long as θ serves all learners, each of which has its own part of it.
  const slots = new Map<string, Vector>()
  const scratches = new Map<string, Vector>()
  const temporary = (): number => regions.temporaries.take(1)
  const first = (a: number, type = typeOf(plan.precision)): number => {
    const out = temporary()
    emit('pick', { out, a, b: site.firstRow, type })
    return out
  }
  const stepOf = (learner: Learner): StepProgram => {
    const { outputs, meanSquaredDelta, meanLoss, losses } = learner
    let drift: number | undefined
    return createStepRows({
      ...site,
      ...learner,
      emit,
      parameters: regions.parameters.base,
      gradient: regions.gradient.base,
      slots,
      scratches,
      slot: () => regions.slots.take(total),
      scratch: () => regions.scratch.take(total),
      state: (_, value) => {
        const address = regions.scalars.take(1)
        initials.push({ address, value })
        return address
      },
      constant: constant64,
      temporary,
      first,
      rateOf,
      bound: (out, product) => {
        // Squared error and Huber's loss, which the kernels know, are never steeper than |o − t|; others may be.
        const known = isKnownLoss(plan.loss)
        emit('bound', {
          ...{ out, a: product, b: meanSquaredDelta, m: site.batchSize },
          ...(known && plan.loss.task === 'category'
            ? { c: first(outputs), k: first(site.target), flags: plan.outputs === 1 ? BOUND.logistic : BOUND.softmax }
            : { k: known ? -1 : meanLoss, flags: BOUND.regression }),
        })
      },
      driftState: () => {
        if (drift === undefined) {
          drift = regions.scalars.take(DRIFT_SIZE)
          drifts.push(drift)
          // Nothing has drifted yet, so all of G is kept.
          initials.push({ address: drift + KEPT, value: 1 })
        }
        return drift
      },
      drift: (b) =>
        emit('drift', {
          ...{ a: losses, b, c: constant64(DRIFT_CAP[plan.loss.task]) },
          ...{ n: site.rowStride, m: site.batchSize, k: site.firstRow },
        }),
    })
  }
  return { each: site.learners.map((learner) => ({ ...learner, ...stepOf(learner) })), drifts }
}
