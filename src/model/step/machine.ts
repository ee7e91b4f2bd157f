import type { Compiled } from '../../compile/compiled.js'
import type { Executor } from '../../program/executor.js'
import { type Core, createCore } from '../state/core.js'
import { createPass, type Pass } from './pass.js'
import { createReader, type Reader } from './predictions.js'
import { createWindowPass, type WindowPass } from './windowPass.js'

/** A compiled plan with memory of its own: everything that predicts or learns works on one. */
export interface Machine {
  readonly core: Core
  /** The steps of single rows, the way of whole windows, and what is read from either. */
  readonly pass: Pass
  readonly window: WindowPass
  readonly reader: Reader
}

/** A class, so that its parts are made when they are first asked for: a model that only exists has no use for them. */
class LazyMachine implements Machine {
  readonly #compiled: Compiled
  readonly #executor: Executor
  readonly #seed: number
  #core: Core | undefined
  #pass: Pass | undefined
  #window: WindowPass | undefined
  #reader: Reader | undefined
  constructor(compiled: Compiled, executor: Executor, seed: number) {
    this.#compiled = compiled
    this.#executor = executor
    this.#seed = seed
  }
  get core(): Core {
    this.#core ??= createCore(this.#compiled, this.#executor, this.#seed)
    return this.#core
  }
  get pass(): Pass {
    this.#pass ??= createPass(this.core)
    return this.#pass
  }
  get window(): WindowPass {
    this.#window ??= createWindowPass(this.core, this.pass)
    return this.#window
  }
  get reader(): Reader {
    this.#reader ??= createReader(this.core)
    return this.#reader
  }
}

/** @param seed of θ's first values */
export const createMachine = (compiled: Compiled, executor: Executor, seed = 0): Machine =>
  new LazyMachine(compiled, executor, seed)
