import type { Compiled } from '../../compile/compiled.js'
import type { Executor } from '../../program/executor.js'
import { type Core, createCore } from '../state/core.js'
import { createPass, type Pass } from './pass.js'
import { createReader, type Reader } from './predictions.js'
import { createWindowPass, type WindowPass } from './windowPass.js'

/** A compiled plan together with its memory: everything that predicts or learns works on one. */
export interface Machine {
  readonly core: Core
  /** The steps of single rows, the pass of whole windows, and what reads the results of either. */
  readonly pass: Pass
  readonly window: WindowPass
  readonly reader: Reader
  readonly compiled: Compiled
  /** Makes another one of the same plan and seed, which has learned nothing. */
  again(): Machine
}

/** @param seed seeds the initial values of θ */
export const createMachine = (compiled: Compiled, executor: Executor, seed = 0): Machine => {
  const core = createCore(compiled, executor, seed)
  const again = () => createMachine(compiled, executor, seed)
  const pass = createPass(core)
  return { core, pass, window: createWindowPass(core, pass), reader: createReader(core), compiled, again }
}
