import { BOUND, DRIFT, DRIFT_SIZE, F64 } from '../program/abi.js'
import { createStepRows, type StepProgram } from '../program/createStepRows.js'
import { KEPT } from '../program/stepRows.js'
import { isKnownLoss } from './isKnownLoss.js'
import type { Learner } from './mixture.js'
import type { StepSite } from './stepSite.js'

/** The loss that the drift rule sees is capped, so that a single outlier does not count as a drift. */
const DRIFT_CAP = { numeric: 8, category: 4 } as const

/** The learners of a model, each with what emits its step. */
export interface Learners {
  readonly each: readonly (Learner & StepProgram)[]
  /** The address of the drift rule's state, or of a state that counts the firings of all rules. */
  drift(): number | undefined
  /** Emits that count, if there are several rules. */
  emitFirings(): void
}

/** @param initials receives the initial values of what persists from step to step */
export const createLearners = (site: StepSite, initials: { address: number; value: number }[]): Learners => {
  const { plan, assembler, regions, constant64 } = site
  const { emit } = assembler
  const total = site.tensors.reduce((sum, { size }) => sum + size, 0)
  const drifts: number[] = []

  // A vector as long as θ serves all learners, each of which has its own part of it.
  const shared = (take: () => number): ((name: string) => number) => {
    const taken = new Map<string, number>()
    return (name) => {
      const address = taken.get(name) ?? take()
      taken.set(name, address)
      return address
    }
  }
  const [slot, scratch] = [shared(() => regions.slots.take(total)), shared(() => regions.scratch.take(total))]
  const stepOf = ({ tensors, outputs, meanSquaredDelta, meanLoss, losses }: Learner): StepProgram => {
    let drift: number | undefined
    return createStepRows({
      precision: plan.precision,
      emit,
      tensors,
      parameters: regions.parameters.base,
      gradient: regions.gradient.base,
      steps: site.steps,
      meanSquaredDelta,
      slot,
      scratch,
      state: (_, value) => {
        const address = regions.scalars.take(1)
        initials.push({ address, value })
        return address
      },
      constant: constant64,
      temporary: () => regions.temporaries.take(1),
      bound: (out, product) => {
        // Squared error and Huber's loss, which the kernels know, are never steeper than |o − t|; any other may be.
        emit('bound', {
          ...{ out, a: product, b: meanSquaredDelta, c: outputs, m: site.batchSize, n: site.firstRow },
          ...(plan.loss.task === 'numeric'
            ? { k: isKnownLoss(plan.loss) ? -1 : meanLoss, flags: BOUND.regression }
            : { k: site.target, flags: plan.outputs === 1 ? BOUND.logistic : BOUND.softmax }),
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
  // An expert without parameters takes no steps.
  const moving = site.learners.filter(({ tensors }) => tensors.length > 0)
  const each = (moving.length > 0 ? moving : site.learners.slice(0, 1)).map((learner) => ({
    ...learner,
    ...stepOf(learner),
  }))
  const whole = each.length > 1 ? regions.scalars.take(DRIFT_SIZE) : undefined
  return {
    each,
    drift: () => whole ?? drifts[0],
    emitFirings() {
      if (whole === undefined) return
      const at = 8 * DRIFT.firings
      emit('fill', { out: whole + at, n: 1, type: F64 })
      for (const part of drifts) emit('add', { out: whole + at, a: whole + at, b: part + at, n: 1, type: F64 })
    },
  }
}
