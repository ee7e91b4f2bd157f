import { F64 } from '../program/abi.js'
import { bytesOf } from '../program/assembler.js'
import type { Opcode, Operands } from '../program/bytecode.js'
import { emitOver, merge, type Vectors } from '../program/createStepRows.js'
import type { Parameter, Scalar, StepRows } from '../program/stepRows.js'
import { constant as constantSchedule } from '../schedules/constant.js'
import type { Schedule } from '../schedules/schedule.js'
import { createLearners } from './createLearners.js'
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

  const state = (value: number): number => {
    const address = regions.scalars.take(1)
    initials.push({ address, value })
    return address
  }
  const current = new Map<string, Scalar>()
  const placeOf = (group: string): number => (current.get(group) as Scalar).address
  const groupOf = ({ name, group }: Parameter): string => (grouped.has(name) ? name : grouped.has(group) ? group : '')
  const rateOf = (tensor: Parameter): number => placeOf(groupOf(tensor))
  const learners = createLearners(site, initials, rateOf)

  const lists = tensors.flatMap(({ touched }) => (touched ? [touched.list] : []))
  const gradient = { address: regions.gradient.base }
  const overAll = (opcode: Opcode, vectors: Vectors, operands?: Operands): void =>
    emitOver(emit, bytesOf(plan.precision), merge(tensors), opcode, vectors, operands)
  const sortLists = (): void => {
    for (const a of lists) emit('sortTouched', { a })
  }
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
  const reach = regions.temporaries.take(1)
  initials.push({ address: reach, value: Infinity })
  let drift: number | undefined
  segment('step', () => {
    sortLists()
    overAll('guard', { b: gradient }, { a: site.meanLoss, c: gradientBound })
    segment('rest', () => {
      segment('rates', () => {
        for (const [name, { schedule, address }] of [['', base] as const, ...grouped])
          current.set(name, schedule.emit(learners.each[0].rows, { address }))
      })
      site.emitMeans()
      for (const { rows, emitFor } of learners.each)
        transforms.forEach((transform, i) => {
          emitFor(i)
          transform.emit(rows)
        })
      // The reach of rows that were not touched is kept from step to step and is not computed again.
      let further = lists.length > 0
      for (const { rows, rate, multiplier } of learners.each)
        further = descend(rows, current, groupOf, scaled(rows, multiplier(), rate), { address: reach }, further)
      if (lists.length > 0) emit('look', { out: reach, a: regions.parameters.base, n: total })
      emit('add', { out: site.steps, a: site.steps, b: constant64(1), n: 1, type: F64 })
      for (const { rows, emitFor } of learners.each)
        transforms.forEach((transform, i) => {
          emitFor(i)
          transform.after?.(rows)
        })
      drift = site.emitDrift(learners.drifts)
      if (tensors.some(({ frozen }) => !frozen)) emit('watch', { a: reach, c: parameterBound, n: 1, type: F64 })
    })
  })
  return {
    ...{ initials, reach, drift },
    ...{ gradientBound, parameterBound, rateOf },
    rate: base.address,
    currentRate: placeOf(''),
    rates: new Map([...grouped].map(([name, { address }]) => [name, address])),
  }
}

/** Multiplies what a step is multiplied by, if anything, by the factor of the learner's rate. */
const scaled = ({ scalars, constant }: StepRows, by: Scalar | undefined, rate: number): Scalar | undefined => {
  if (rate === 1) return by
  return by ? scalars.mul(by, rate) : constant(rate)
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
