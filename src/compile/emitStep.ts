import { BOUND, DRIFT_SIZE, F64 } from '../program/abi.js'
import { typeOf } from '../program/assembler.js'
import { createStepRows } from '../program/createStepRows.js'
import { KEPT, type Parameter, type Scalar, type StepRows } from '../program/stepRows.js'
import { constant as constantSchedule } from '../schedules/constant.js'
import type { Schedule } from '../schedules/schedule.js'
import { isKnownLoss } from './isKnownLoss.js'
import { checkName } from './layout.js'
import type { StepOutcome, StepSite } from './stepSite.js'

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
  let drift: number | undefined

  const state = (value: number): number => {
    const address = regions.scalars.take(1)
    initials.push({ address, value })
    return address
  }
  const temporary = (): number => regions.temporaries.take(1)
  const first = (a: number, type = typeOf(plan.precision)): number => {
    const out = temporary()
    emit('pick', { out, a, b: site.firstRow, type })
    return out
  }
  const current = new Map<string, Scalar>()
  const placeOf = (group: string): number => (current.get(group) as Scalar).address
  const groupOf = ({ name, group }: Parameter): string => (grouped.has(name) ? name : grouped.has(group) ? group : '')
  const rateOf = (tensor: Parameter): number => placeOf(groupOf(tensor))
  const { rows, overAll, emitFor, multiplier } = createStepRows({
    ...site,
    emit,
    parameters: regions.parameters.base,
    gradient: regions.gradient.base,
    slot: () => regions.slots.take(total),
    scratch: () => regions.scratch.take(total),
    state: (_, initial) => state(initial),
    constant: constant64,
    temporary,
    first,
    rateOf,
    bound: (out, a) =>
      emit('bound', {
        ...{ out, a, b: site.meanSquaredDelta, m: site.batchSize },
        // Squared error and Huber's loss, which the kernels know, are never steeper than |o − t|; any other may be.
        ...(plan.loss.task === 'numeric'
          ? { k: isKnownLoss(plan.loss) ? -1 : site.meanLoss, flags: BOUND.regression }
          : {
              c: first(site.outputs),
              k: first(site.target),
              flags: plan.outputs === 1 ? BOUND.logistic : BOUND.softmax,
            }),
      }),
    driftState: () => {
      if (drift === undefined) {
        drift = regions.scalars.take(DRIFT_SIZE)
        // Nothing has drifted yet, so all of G is kept.
        initials.push({ address: drift + KEPT, value: 1 })
      }
      return drift
    },
    drift: (b) =>
      emit('drift', {
        ...{ a: regions.losses.base, b, c: constant64(DRIFT_CAP[plan.loss.task]) },
        ...{ n: site.rowStride, m: site.batchSize, k: site.firstRow },
      }),
  })

  const lists = tensors.flatMap(({ touched }) => (touched ? [touched.list] : []))
  const sortLists = (): void => {
    for (const a of lists) emit('sortTouched', { a })
  }
  const { gradient } = rows
  segment('zero', () => {
    overAll('fill', { out: gradient })
    for (const out of lists) emit('fill', { out, n: 1, type: F64 })
  })
  segment('addShards', () => {
    const { gradient, shards } = regions
    if (plan.shards > 1) emit('add', { out: gradient.base, a: shards.base, b: gradient.base, n: total })
  })
  segment('mean', () => {
    sortLists()
    overAll('scaleBy', { out: gradient, a: gradient }, { b: site.inverseBatchSize })
  })

  const scheduled = (rate: number | Schedule): { schedule: Schedule; address: number } => {
    const schedule = typeof rate === 'number' ? constantSchedule(rate) : rate
    return { schedule, address: state(schedule.initial) }
  }
  const base = scheduled(learningRate)
  const grouped = new Map(Object.entries(groups).map(([name, rate]) => [name, scheduled(rate)]))
  for (const name of grouped.keys()) checkName('optimizer groups', name, tensors)

  const squares = transforms.some(({ secondMoments }) => secondMoments)
  const gradientBound = constant64(GRADIENT_BOUND[plan.precision][squares ? 'squares' : 'plain'])
  const parameterBound = constant64(PARAMETER_BOUND[plan.precision])
  const reach = temporary()
  initials.push({ address: reach, value: Infinity })
  segment('step', () => {
    sortLists()
    overAll('guard', { b: gradient }, { a: site.meanLoss, c: gradientBound })
    segment('rest', () => {
      segment('rates', () => {
        for (const [name, { schedule, address }] of [['', base] as const, ...grouped])
          current.set(name, schedule.emit(rows, { address }))
      })
      transforms.forEach((transform, i) => {
        emitFor(i)
        transform.emit(rows)
      })
      // The reach of rows that were not touched is kept from step to step and is not computed again.
      descend(rows, current, groupOf, multiplier(), { address: reach }, lists.length > 0)
      if (lists.length > 0) emit('look', { out: reach, a: regions.parameters.base, n: total })
      emit('add', { out: site.steps, a: site.steps, b: constant64(1), n: 1, type: F64 })
      transforms.forEach((transform, i) => {
        emitFor(i)
        transform.after?.(rows)
      })
      if (tensors.some(({ frozen }) => !frozen)) emit('watch', { a: reach, c: parameterBound, n: 1, type: F64 })
    })
  })
  return {
    ...{ initials, drift, reach, gradientBound, parameterBound, rateOf },
    rate: base.address,
    currentRate: placeOf(''),
    rates: new Map([...grouped].map(([name, { address }]) => [name, address])),
  }
}

/** Emits θ ← θ − η·s·u, with the rate of each group. */
const descend = (
  rows: StepRows,
  rates: ReadonlyMap<string, Scalar>,
  groupOf: (tensor: Parameter) => string,
  multiplier: Scalar | undefined,
  reach: Scalar,
  from: boolean,
): void => {
  let further = from
  for (const [name, rate] of rates) {
    const own = rows.only((tensor) => groupOf(tensor) === name)
    // A group that is frozen as a whole does not move, and it adds nothing to the reach of θ.
    if (own.tensors.every(({ frozen }) => frozen)) continue
    own.descend(multiplier ? rows.scalars.mul(rate, multiplier) : rate, reach, further)
    further = true
  }
}
