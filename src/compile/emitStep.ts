import { BOUND, DRIFT, DRIFT_SIZE, F64 } from '../program/abi.js'
import { type Assembler, bytesOf } from '../program/assembler.js'
import type { Emit } from '../program/bytecode.js'
import { createStepRows, emitOver, merge, type StepProgram, type Stretch } from '../program/createStepRows.js'
import { KEPT, type Parameter, type Scalar, type StepRows } from '../program/stepRows.js'
import { constant as constantSchedule } from '../schedules/constant.js'
import type { Schedule } from '../schedules/schedule.js'
import type { Plan } from './configuration.js'
import { isKnownLoss } from './isKnownLoss.js'
import { checkName } from './layout.js'
import type { Learner } from './mixture.js'
import type { Regions } from './regions.js'

/**
 * The largest values that the guard accepts: beyond them, a gradient could overflow θ or a sum of squares (2¹⁰⁰ and
 * 2⁴⁸; in f64 2⁹⁰⁰ and 2⁴⁸⁰).
 */
const GRADIENT_BOUND = {
  f32: { plain: 1.2676506002282294e30, squares: 281474976710656 },
  f64: { plain: 8.452712498170644e270, squares: 3.1217485503159922e144 },
} as const
/** Beyond this magnitude a parameter counts as diverged, and the model rolls back: 2⁴⁰, or 2¹⁰⁰ in f64. */
const PARAMETER_BOUND = { f32: 1099511627776, f64: 1.2676506002282294e30 } as const

/** The loss that the drift rule sees is capped, so that a single outlier does not count as a drift. */
const DRIFT_CAP = { numeric: 8, category: 4 } as const

export interface StepSite {
  readonly plan: Plan
  readonly tensors: readonly Parameter[]
  readonly assembler: Assembler
  readonly regions: Regions
  constant64(value: number): number
  /** The parts of θ that learn by themselves: all of it, or that of each expert. */
  readonly learners: readonly Learner[]
  /** Emits what the learners read about the rows. */
  emitMeans(): void
  readonly target: number
  /** The distance in bytes from one row's loss to the next row's. */
  readonly rowStride: number
  readonly steps: number
  readonly batchSize: number
  readonly firstRow: number
  readonly inverseBatchSize: number
  readonly meanLoss: number
}

export interface StepOutcome {
  /** Scalars whose initial value is not 0. */
  readonly initials: readonly { readonly address: number; readonly value: number }[]
  /** The address of the drift rule's state; undefined if there is no such rule. */
  readonly drift: number | undefined
  /** The addresses of η and of the groups' rates, which can be set at run time. */
  readonly rate: number
  readonly rates: ReadonlyMap<string, number>
  /** The address of η_t of the last step. */
  readonly currentRate: number
  /** Returns the address of the η_t that applies to a tensor. */
  rateOf(tensor: Parameter): number
  /** The address of an f64 that bounds the magnitude of all parameters; it is infinite if no bound is known. */
  readonly reach: number
  readonly gradientBound: number
  readonly parameterBound: number
}

/**
 * Emits the segments `addShards` (∇ ← the earlier shards + ∇), `mean` (the sum of gradients over b), `step` (guard,
 * transforms, θ ← θ − ηu, watch) and `zero` (∇ ← 0).
 */
export const emitStep = (site: StepSite): StepOutcome => {
  const { plan, tensors, assembler, regions, constant64 } = site
  const { emit, segment } = assembler
  const total = tensors.reduce((sum, { size }) => sum + size, 0)
  const { transforms, learningRate, groups } = plan.optimizer
  const initials: { address: number; value: number }[] = []
  const drifts: number[] = []

  const state = (value: number, length = 1): number => {
    const address = regions.scalars.take(length)
    initials.push({ address, value })
    return address
  }
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
      ...{ parameters: regions.parameters.base, gradient: regions.gradient.base },
      ...{ steps: site.steps, meanSquaredDelta, slot, scratch },
      state: (_, initial) => state(initial),
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
  // A learner without parameters takes no steps.
  const moving = site.learners.filter(({ tensors }) => tensors.length > 0)
  const learners = (moving.length > 0 ? moving : site.learners.slice(0, 1)).map((learner) => ({
    ...learner,
    ...stepOf(learner),
  }))

  const bytes = bytesOf(plan.precision)
  const lists = tensors.flatMap(({ touched }) => (touched ? [touched.list] : []))
  const overGradient = (emitAt: (stretch: Stretch, gradient: number) => void): void => {
    for (const stretch of merge(tensors)) emitAt(stretch, regions.gradient.base + stretch.offset * bytes)
  }
  const sortLists = (): void => {
    for (const a of lists) emit('sortTouched', { a })
  }
  segment('zero', () => {
    overGradient((stretch, out) => emitOver(emit, stretch, 'fill', { out }))
    for (const out of lists) emit('fill', { out, n: 1, type: F64 })
  })
  segment('addShards', () => {
    const { gradient, shards } = regions
    if (plan.shards > 1) emit('add', { out: gradient.base, a: shards.base, b: gradient.base, n: total })
  })
  segment('mean', () => {
    sortLists()
    overGradient((stretch, out) => emitOver(emit, stretch, 'scaleBy', { out, a: out, b: site.inverseBatchSize }))
  })

  const rateOf = (rate: number | Schedule): { schedule: Schedule; address: number } => {
    const schedule = typeof rate === 'number' ? constantSchedule(rate) : rate
    return { schedule, address: state(schedule.initial) }
  }
  const base = rateOf(learningRate)
  const grouped = new Map(Object.entries(groups).map(([name, rate]) => [name, rateOf(rate)]))
  for (const name of grouped.keys()) checkName('optimizer groups', name, tensors)

  const squares = transforms.some(({ secondMoments }) => secondMoments)
  const gradientBound = constant64(GRADIENT_BOUND[plan.precision][squares ? 'squares' : 'plain'])
  const parameterBound = constant64(PARAMETER_BOUND[plan.precision])
  const reach = regions.temporaries.take(1)
  initials.push({ address: reach, value: Infinity })
  const groupOf = ({ name, group }: Parameter): string => (grouped.has(name) ? name : grouped.has(group) ? group : '')
  const current = new Map<string, Scalar>()
  // The state of several drift rules as a whole counts their firings.
  const drift = learners.length > 1 ? regions.scalars.take(DRIFT_SIZE) : undefined
  segment('step', () => {
    sortLists()
    overGradient((stretch, b) => emitOver(emit, stretch, 'guard', { a: site.meanLoss, b, c: gradientBound }))
    segment('rest', () => {
      site.emitMeans()
      for (const { rows, emitFor } of learners)
        transforms.forEach((transform, i) => {
          emitFor(i)
          transform.emit(rows)
        })
      segment('rates', () => {
        for (const [name, { schedule, address }] of [['', base] as const, ...grouped])
          current.set(name, schedule.emit(learners[0].rows, { address }))
      })
      // The reach of rows that were not touched is kept from step to step and is not computed again.
      let further = lists.length > 0
      for (const { rows, rate, multiplier } of learners)
        further = descend(rows, current, groupOf, scaled(rows, multiplier(), rate), { address: reach }, further)
      if (lists.length > 0) emit('look', { out: reach, a: regions.parameters.base, n: total })
      emit('add', { out: site.steps, a: site.steps, b: constant64(1), n: 1, type: F64 })
      for (const { rows, emitFor } of learners)
        transforms.forEach((transform, i) => {
          emitFor(i)
          transform.after?.(rows)
        })
      if (drift !== undefined && drifts.length > 1) addFirings(emit, drift, drifts)
      if (tensors.some(({ frozen }) => !frozen)) emit('watch', { a: reach, c: parameterBound, n: 1, type: F64 })
    })
  })
  const placeOf = (group: string): number => (current.get(group) as Scalar).address
  return {
    ...{ initials, reach, drift: drift ?? drifts[0] },
    ...{ gradientBound, parameterBound },
    rate: base.address,
    currentRate: placeOf(''),
    rateOf: (tensor) => placeOf(groupOf(tensor)),
    rates: new Map([...grouped].map(([name, { address }]) => [name, address])),
  }
}

/** Multiplies what a step is multiplied by, if anything, by the factor of the learner's rate. */
const scaled = ({ scalars, constant }: StepRows, by: Scalar | undefined, rate: number): Scalar | undefined => {
  if (rate === 1) return by
  return by ? scalars.mul(by, rate) : constant(rate)
}

/** Sums the firings of the experts' drift rules in the state of the whole. */
const addFirings = (emit: Emit, whole: number, parts: readonly number[]): void => {
  const at = 8 * DRIFT.firings
  emit('copy', { out: whole + at, a: parts[0] + at, n: 1, type: F64 })
  for (const part of parts.slice(1)) emit('add', { out: whole + at, a: whole + at, b: part + at, n: 1, type: F64 })
}

/** Emits θ ← θ − η·s·u, with the rate of each group; tells whether the reach has a value from then on. */
const descend = (
  rows: StepRows,
  rates: ReadonlyMap<string, Scalar>,
  groupOf: (tensor: Parameter) => string,
  multiplier: Scalar | undefined,
  reach: Scalar,
  from: boolean,
): boolean => {
  let further = from
  for (const [name, rate] of rates) {
    const own = rows.only((tensor) => groupOf(tensor) === name)
    // A group that is frozen as a whole does not move, and it adds nothing to the reach of θ.
    if (own.tensors.every(({ frozen }) => frozen)) continue
    own.descend(multiplier ? rows.scalars.mul(rate, multiplier) : rate, reach, further)
    further = true
  }
  return further
}
