import { checkConfiguration } from '../compile/checkConfiguration.js'
import { type CompiledModel, compiledModel } from '../compile/compiled.js'
import type { BesideOf, ModelConfig, RowOf, ValueOf } from '../compile/configuration.js'
import { mixture } from '../compile/mixture.js'
import { ModelInUseError } from '../errors.js'
import type { Fields } from '../features/field.js'
import type { ChooseExecutor } from '../kernels/host/preferWasm.js'
import type { Model, Stages } from '../model.js'
import { checkNumber } from '../options/checkNumber.js'
import type { Counters, Description, ModelEvent, Prediction, Publication, Snapshot } from '../records.js'
import type { Cursor, Floats, ModelPrecision, Value } from '../values.js'
import { checkHash } from './state/checkSnapshot.js'
import type { Core } from './state/core.js'
import { publicationOf } from './state/publication.js'
import { restoreInto, snapshotOf } from './state/snapshot.js'
import { createMachine } from './step/machine.js'
import { createWorkings, type Workings } from './workings.js'

/** How a model is created, in every entry of the package; its types follow from the configuration. */
export type CreateModel = <
  F extends Fields,
  T extends Fields,
  R = RowOf<F, T>,
  const W extends string = string,
  const C extends string = string,
>(
  config: ModelConfig<F, T, W, C>,
) => Model<R & BesideOf<W, C>, ValueOf<T>>

/** Builds a model from its configuration, for either executor: the kernels or the interpreter. */
export const buildModel = <F extends Fields, T extends Fields, R = RowOf<F, T>>(
  config: ModelConfig<F, T>,
  choose: ChooseExecutor,
): Model<R, ValueOf<T>> => {
  checkConfiguration(config)
  const compiled = compiledModel(config)
  const { executor, fast } = compiled.plan
  const chosen = choose(executor, fast)
  // The model keeps no reference to the configuration object.
  const { seed } = config
  const model: Model<R> = new BuiltModel<R>(compiled, seed, (model) =>
    createWorkings(createMachine(compiled, chosen, seed), model),
  )
  return model as Model<R, ValueOf<T>>
}

type CreateWorkings<R> = (model: Model<R>) => Workings<R>
/** What a model is made of, and the working parts that it has had, if it was used. */
export interface Origin<R> {
  readonly compiled: CompiledModel
  readonly seed: number | undefined
  readonly create: CreateWorkings<R>
  readonly made: Workings<R> | undefined
}

/** A class, so that a model that is merely alive takes little memory: its working parts are made on first use. */
export class BuiltModel<R> implements Model<R> {
  readonly #compiled: CompiledModel
  readonly #seed: number | undefined
  #create: CreateWorkings<R>
  #made: Workings<R> | undefined

  constructor(compiled: CompiledModel, seed: number | undefined, create: CreateWorkings<R>) {
    this.#compiled = compiled
    this.#seed = seed
    this.#create = create
    // Initial values that do not fit are refused here, not at the first row; equal configurations have passed this
    // already.
    compiled.filled ||= this.#core !== undefined
  }
  get #workings(): Workings<R> {
    this.#made ??= this.#create(this)
    return this.#made
  }
  get #core(): Core {
    return this.#workings.core
  }
  /** Takes the working parts out, and has others made by `create` at the next use; returns what it was until now. */
  exchange(create: CreateWorkings<R>): Origin<R> {
    const origin = { compiled: this.#compiled, seed: this.#seed, create: this.#create, made: this.#made }
    this.#create = create
    this.#made = undefined
    return origin
  }

  /** The column of a row with its cursor, if the model was given one. */
  get cursorColumn(): string | undefined {
    return this.#compiled.plan.cursor
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
    return this.#workings.stages()
  }
  get step(): number {
    return this.#core.step
  }
  get labels(): readonly Value[] {
    const { vocabularies, features } = this.#core
    return vocabularies[features]?.values ?? []
  }
  get parameters(): Floats {
    return this.#core.region('parameters').slice()
  }
  get counters(): Counters {
    const { counters, open, rooms } = this.#core
    const { rejected, unlabelled } = counters
    const crowded = rooms.reduce((sum, room) => sum + (room && !room.shortens ? (room.tally?.count ?? 0) : 0), 0)
    return { ...counters, rejected: rejected + open.rejected, unlabelled: unlabelled + open.unlabelled, crowded }
  }
  get cursor(): Cursor | undefined {
    return this.#core.sourceCursor?.() ?? this.#core.cursor
  }
  get experts(): Model<R>['experts'] {
    const { plan, program } = this.#compiled
    const { experts } = program.places
    return experts && mixture?.weightsOf(plan, experts, this.#core.f64)
  }
  get learningRate(): number {
    return this.#core.f64[this.#compiled.program.places.rate >> 3]
  }

  /** Says in one line what the model is and how far it has learned. */
  toString(): string {
    const { features, target, step } = this
    return `model of ${Object.keys(target).join(', ')} from ${Object.keys(features).join(', ')} at step ${step}`
  }
  /** Returns what the model is, without what it has learned, which `snapshot` has. */
  toJSON(): object {
    const { features, target, precision, layout, step, counters, hash } = this
    const kinds = (fields: Fields): object =>
      Object.fromEntries(Object.entries(fields).map(([name, { kind }]) => [name, kind]))
    return {
      kind: 'model',
      features: kinds(features),
      target: kinds(target),
      parameters: layout.reduce((sum, { size }) => sum + size, 0),
      precision,
      step,
      counters,
      hash,
    }
  }

  // These functions are bound to the model, so that they can be passed on by themselves: rows.map(model.predict).
  readonly predict = (row: R): Prediction<R> => this.#workings.predict(row)
  readonly learn: Model<R>['learn'] = ((given: R) => this.#workings.learn(given)) as Model<R>['learn']
  readonly setLearningRate = (learningRate: number): void => {
    checkNumber('setLearningRate: the learning rate', learningRate, {})
    const { guarded, events, core } = this.#workings
    guarded(() => {
      core.f64[core.program.places.rate >> 3] = learningRate
      events.raise({ kind: 'control', step: core.step, name: 'learningRate', value: learningRate })
    })
  }
  readonly publish = (): Publication => publicationOf(this.#core)
  readonly snapshot = (): Snapshot => snapshotOf(this.#core, this.#compiled)
  readonly restore = (snapshot: Snapshot): void => {
    const { guarded, openWindow, core } = this.#workings
    guarded(() => {
      checkHash(this.#compiled, snapshot)
      const held = openWindow()
      if (held) throw new ModelInUseError(`restore: ${held} is in the middle of a window; unsubscribe it, or wait.`)
      restoreInto(core, snapshot)
    })
  }
  readonly listen = (listener: (event: ModelEvent) => void): (() => void) => this.#workings.events.listen(listener)
}
