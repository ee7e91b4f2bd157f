import type { CompiledModel } from '../compile/compiled.js'
import { hasScaler } from '../features/scaledNumber.js'
import type { Model, Stages } from '../model.js'
import { DRIFT, DRIFT_KEPT, SCALER } from '../program/abi.js'
import type { Reacting, Twin } from '../reacting.js'
import { BuiltModel } from './buildModel.js'
import type { Guard, Writers } from './learn/writers.js'
import { bringStages } from './stages.js'
import type { Commit } from './state/commit.js'
import type { Core } from './state/core.js'
import type { Machine } from './step/machine.js'
import { createWorkings } from './workings.js'

/** The regions of what a model has learned, apart from its names and its memory. */
const LEARNED = ['parameters', 'slots', 'scalars', 'statistics'] as const

/** Returns where the scalers of a model's fields begin, among the f64. */
const scalersOf = ({ fields, program }: Core): readonly number[] =>
  fields.flatMap((field, i) => (hasScaler(field) ? [program.places.statistics[i] >> 3] : []))

/** Tells whether two cores of a plan know the same names, in the same columns. */
const knowTheSame = (core: Core, other: Core): boolean =>
  core.vocabularies.every((vocabulary, i) => {
    const own = vocabulary?.values ?? []
    const its = other.vocabularies[i]?.values ?? []
    return own.length === its.length && own.every((name, column) => name === its[column])
  })

/** Makes θ, slots, scalars and statistics those of another core of the plan; rate and counts stay. */
const takeOver = (core: Core, other: Core, scalers: readonly number[]): void => {
  const { places } = core.program
  const rate = core.f64[places.rate >> 3]
  const clipped = scalers.map((at) => core.f64[at + SCALER.clipped])
  for (const name of LEARNED) core.region(name).set(other.region(name))
  core.f64[places.rate >> 3] = rate
  core.f64[places.reach >> 3] = Infinity
  // The numbers that were clipped so far have been told; those of the twin were the same rows.
  scalers.forEach((at, i) => {
    core.f64[at + SCALER.clipped] = clipped[i]
  })
  core.writeCounts()
  core.healthy = undefined
  core.step++
}

/** Makes a model that has learned nothing, but has the names and the memory of another. */
const twinOf = <R>(machine: Machine, guarded: Guard, scalers: readonly number[]): Twin<Model<R>> => {
  const { core } = machine
  const own = machine.again()
  // Only a model has stages, and its machine is compiled as one.
  const compiled = machine.compiled as CompiledModel
  const model = new BuiltModel<R>(compiled, undefined, (twin) => createWorkings(own, twin)) as Model<R>
  core.vocabularies.forEach((vocabulary, i) => {
    if (vocabulary) own.core.vocabularies[i]?.restore(vocabulary.values, vocabulary.evictions)
  })
  own.core.writeCounts()
  if (core.memories && own.core.memories) {
    own.core.memories.committed.restore(core.memories.committed.save())
    own.core.memories.ahead = own.core.memories.committed.copy()
  }
  own.core.f64[core.program.places.rate >> 3] = core.f64[core.program.places.rate >> 3]
  return {
    model,
    adopt: () =>
      guarded(() => {
        const fits = knowTheSame(core, own.core)
        if (fits) takeOver(core, own.core, scalers)
        return fits
      }),
  }
}

const createReacting = <R>(
  machine: Machine,
  { events }: Commit,
  _: Model<R>,
  writers: Writers<R>,
  guarded: Guard,
): Pick<Stages<R>, 'reacting'> => {
  const { core } = machine
  const { rate, drift } = core.program.places
  const scalers = scalersOf(core)
  const reacting: Reacting<Model<R>> = {
    ready: () => writers.openWindow() === undefined,
    createTwin: () => twinOf<R>(machine, guarded, scalers),
    scalers: scalers.length,
    resetScalers: () =>
      guarded(() => {
        for (const at of scalers) {
          core.f64[at + SCALER.n] = Math.min(1, core.f64[at + SCALER.n])
          core.f64[at + SCALER.run] = 0
        }
        core.step++
        return scalers.length
      }),
    rate: () => core.f64[rate >> 3],
    setRate: (to) =>
      guarded(() => {
        core.f64[rate >> 3] = to
      }),
    adaptFast:
      drift === undefined
        ? undefined
        : () =>
            guarded(() => {
              core.f64[(drift >> 3) + DRIFT.kept] *= DRIFT_KEPT
              core.counters.drifts++
            }),
    tell: (told) => guarded(() => events.raise({ kind: 'reaction', step: core.step, ...told })),
  }
  return { reacting }
}

/** Brings `stages.reacting` to all models. */
export const bringReacting = (): void => bringStages(createReacting)
