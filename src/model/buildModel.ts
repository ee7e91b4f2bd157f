import { assemble } from '../compile/assemble.js'
import { type ModelConfig, type RowOf, resolvePlan } from '../compile/configuration.js'
import { configurationHash, describe } from '../compile/describe.js'
import { layoutOf } from '../compile/layout.js'
import { learning } from '../compile/learning.js'
import { LayoutMismatchError, ModelInUseError, ReentrantStepError } from '../errors.js'
import type { Fields } from '../features/field.js'
import { checkFastKernels } from '../kernels/host/fastKernels.js'
import type { ChooseExecutor } from '../kernels/host/preferWasm.js'
import type { Model } from '../model.js'
import type { Guard } from './learn/writers.js'
import { createStages } from './stages.js'
import { createCommit } from './state/commit.js'
import { createCore } from './state/core.js'
import { createEvents } from './state/events.js'
import { publicationOf, restoreInto, snapshotOf } from './state/snapshot.js'
import { createPass } from './step/pass.js'
import { createReader } from './step/predictions.js'
import { createRowPredictor } from './step/predictRow.js'

/** A model, whoever executes its steps. */
export const buildModel = <F extends Fields, T extends Fields, R = RowOf<F, T>>(
  config: ModelConfig<F, T>,
  choose: ChooseExecutor,
): Model<R> => {
  const plan = resolvePlan(config)
  if (plan.fast) checkFastKernels()
  const tensors = layoutOf(plan)
  const program = assemble(plan, tensors, learning)
  const core = createCore(plan, tensors, program, choose(plan.executor, plan.fast))
  const events = createEvents()
  const commit = createCommit(core, events)
  const pass = createPass(core)
  const reader = createReader(core)
  const description = describe(plan, tensors)
  const configuration = configurationHash(plan, description)

  let inside = false
  let busy = false
  const checkOutside = (): void => {
    if (inside)
      throw new ReentrantStepError(
        'the model was called from within one of its own steps; call it after the step, for instance from an event listener.',
      )
  }
  const guarded: Guard = (body, given) => {
    checkOutside()
    inside = true
    try {
      return body(given as never)
    } finally {
      inside = false
      if (!busy) events.deliver()
    }
  }
  const { stages, takeAgain, openWindow } = createStages<R>(core, commit, pass, reader, () => model, guarded)

  /** Events leave when the model has been given back, so that a listener may learn in its turn. */
  const learn = (given: R): unknown => {
    checkOutside()
    const writer = takeAgain()
    busy = true
    try {
      const learned = writer.learn(given)
      writer.flush()
      return learned
    } finally {
      writer.release()
      busy = false
      events.deliver()
    }
  }
  const predictRow = createRowPredictor<R>(core, pass, reader)

  const model: Model<R> = {
    description,
    features: plan.features,
    target: plan.target,
    precision: description.precision,
    layout: description.layout,
    hash: description.hash,
    stages,
    get step() {
      return core.step
    },
    get labels() {
      return core.vocabularies[core.features]?.values ?? []
    },
    get parameters() {
      return core.region('parameters').slice()
    },
    get counters() {
      return { ...core.counters }
    },
    get cursor() {
      return core.cursor
    },
    get learningRate() {
      return core.f64[program.places.rate >> 3]!
    },
    predict: (row) => guarded(predictRow, row),
    learn: learn as Model<R>['learn'],
    setLearningRate(learningRate) {
      if (typeof learningRate !== 'number' || !(learningRate >= 0 && learningRate < Infinity))
        throw new RangeError(`setLearningRate: ${learningRate}; expected a number from 0 up.`)
      guarded(() => {
        core.f64[program.places.rate >> 3] = learningRate
        events.raise({ kind: 'control', step: core.step, name: 'learningRate', value: learningRate })
      })
    },
    publish: () => publicationOf(core),
    snapshot: () => snapshotOf(core, configuration),
    restore: (snapshot) =>
      guarded(() => {
        if (snapshot.hash !== configuration)
          throw new LayoutMismatchError(
            `restore: the snapshot is of configuration ${snapshot.hash}, this model is ${configuration}; create it with the same features, circuit, loss and optimizer.`,
          )
        const held = openWindow()
        if (held)
          throw new ModelInUseError(
            `restore: ${held} is in the middle of a window; restore between two, or unsubscribe it first.`,
          )
        restoreInto(core, snapshot)
      }),
    listen: events.listen,
  }
  return model
}
