import type { Parameter } from '../program/stepRows.js'
import type { Description } from '../records.js'
import { assemble } from './assemble.js'
import type { Plan } from './configuration.js'
import { configurationHash, describe } from './describe.js'
import { layoutOf } from './layout.js'
import { learning } from './learning.js'
import type { Program } from './places.js'

/** A plan with its layout and its program: what all machines of one plan have in common. */
export interface Compiled {
  readonly plan: Plan
  readonly tensors: readonly Parameter[]
  readonly program: Program
}

/** The same of a model, with what it says of itself. */
export interface CompiledModel extends Compiled {
  readonly description: Description
  /** The hash of all that decides how the model goes on: a snapshot fits only a model of the same one. */
  readonly configuration: string
}

/** Compiles what predicts. */
export const compilePredictor = (plan: Plan): Compiled => {
  const tensors = layoutOf(plan)
  return { plan, tensors, program: assemble(plan, tensors) }
}

/** Compiles what learns. */
export const compileLearner = (plan: Plan): Compiled => {
  const tensors = layoutOf(plan)
  return { plan, tensors, program: assemble(plan, tensors, learning) }
}

/** Compiles a model. */
export const compileModel = (plan: Plan): CompiledModel => {
  const { tensors, program } = compileLearner(plan)
  const description = describe(plan, tensors)
  return { plan, tensors, program, description, configuration: configurationHash(plan, description) }
}
