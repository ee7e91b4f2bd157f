import { type CompiledModel, compiledModel } from '../compile/compiled.js'
import type { ModelConfig, RowOf } from '../compile/configuration.js'
import { LayoutMismatchError, ModelInUseError } from '../errors.js'
import type { Fields } from '../features/field.js'
import type { ChooseExecutor } from '../kernels/host/preferWasm.js'
import type { Model, Stages } from '../model.js'
import type { Counters, Description, ModelEvent, Prediction, Publication, Snapshot } from '../records.js'
import type { Cursor, Floats, ModelPrecision, Value } from '../values.js'
import { publicationOf, restoreInto, snapshotOf } from './state/snapshot.js'
import { createMachine, type Machine } from './step/machine.js'
import { createWorkings, type Workings } from './workings.js'

/** A model, whoever executes its steps. */
export const buildModel = <F extends Fields, T extends Fields, R = RowOf<F, T>>(
  config: ModelConfig<F, T>,
  choose: ChooseExecutor,
): Model<R> => {
  const compiled = compiledModel(config)
  const { executor, fast } = compiled.plan
  const machine = createMachine(compiled, choose(executor, fast), config.seed)
  // first numbers that do not fit are refused here, and not at the first row
  compiled.filled ||= machine.core !== undefined
  return new BuiltModel<R>(compiled, machine)
}

/** A class, so that a model that only exists is small: what it works with is made when it is first used. */
class BuiltModel<R> implements Model<R> {
  readonly #compiled: CompiledModel
  readonly #machine: Machine
  #workings: Workings<R> | undefined

  constructor(compiled: CompiledModel, machine: Machine) {
    this.#compiled = compiled
    this.#machine = machine
  }
  #use(): Workings<R> {
    this.#workings ??= createWorkings<R>(this.#machine, this)
    return this.#workings
  }

  get description(): Description {
    return this.#compiled.description
  }
  get features(): Fields {
    return this.#compiled.plan.features
  }
  get target(): Fields {
    return this.#compiled.plan.target
  }
  get precision(): ModelPrecision {
    return this.description.precision
  }
  get layout(): Description['layout'] {
    return this.description.layout
  }
  get hash(): string {
    return this.description.hash
  }
  get stages(): Stages<R> {
    return this.#use().stages()
  }
  get step(): number {
    return this.#machine.core.step
  }
  get labels(): readonly Value[] {
    const { vocabularies, features } = this.#machine.core
    return vocabularies[features]?.values ?? []
  }
  get parameters(): Floats {
    return this.#machine.core.region('parameters').slice()
  }
  get counters(): Counters {
    return { ...this.#machine.core.counters }
  }
  get cursor(): Cursor | undefined {
    return this.#machine.core.cursor
  }
  get learningRate(): number {
    return this.#machine.core.f64[this.#compiled.program.places.rate >> 3]!
  }

  // functions of each model's own, so that they can be handed on by themselves: rows.map(model.predict)
  readonly predict = (row: R): Prediction<R> => this.#use().predict(row)
  readonly learn: Model<R>['learn'] = ((given: R) => this.#use().learn(given)) as Model<R>['learn']
  readonly setLearningRate = (learningRate: number): void => {
    if (typeof learningRate !== 'number' || !(learningRate >= 0 && learningRate < Infinity))
      throw new RangeError(`setLearningRate: ${learningRate}; expected a number from 0 up.`)
    const { guarded, events } = this.#use()
    const { core } = this.#machine
    guarded(() => {
      core.f64[core.program.places.rate >> 3] = learningRate
      events.raise({ kind: 'control', step: core.step, name: 'learningRate', value: learningRate })
    })
  }
  readonly publish = (): Publication => publicationOf(this.#machine.core)
  readonly snapshot = (): Snapshot => snapshotOf(this.#machine.core, this.#compiled.configuration)
  readonly restore = (snapshot: Snapshot): void => {
    const { guarded, openWindow } = this.#use()
    guarded(() => {
      const { configuration } = this.#compiled
      if (snapshot.hash !== configuration)
        throw new LayoutMismatchError(
          `restore: the snapshot is of configuration ${snapshot.hash}, this model is ${configuration}; create it with the same features, circuit, loss and optimizer.`,
        )
      const held = openWindow()
      if (held)
        throw new ModelInUseError(
          `restore: ${held} is in the middle of a window; restore between two, or unsubscribe it first.`,
        )
      restoreInto(this.#machine.core, snapshot)
    })
  }
  readonly listen = (listener: (event: ModelEvent) => void): (() => void) => this.#use().events.listen(listener)
}
