import type { Fields } from '../features/field.js'
import { checkFastKernels } from '../kernels/host/fastKernels.js'
import type { Parameter } from '../program/stepRows.js'
import type { Description } from '../records.js'
import { assemble } from './assemble.js'
import { type ModelConfig, type Plan, resolvePlan } from './configuration.js'
import { configurationHash, describe } from './describe.js'
import { keyOf } from './keyOf.js'
import { layoutOf } from './layout.js'
import { learning } from './learning.js'
import type { Program } from './places.js'
import { type Members, planOf } from './planOf.js'
import { createShared } from './shared.js'

/** A plan with its layout and its program: what all machines of one plan have in common. */
export interface Compiled {
  readonly plan: Plan
  readonly tensors: readonly Parameter[]
  readonly program: Program
}

/** The same of a model, with what it says of itself. */
export interface CompiledModel extends Compiled {
  readonly description: Description
  /** Whether a machine of it has been filled with its first numbers: if one can be, all can. */
  filled: boolean
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

const compileModel = (plan: Plan): CompiledModel => {
  const { tensors, program } = compileLearner(plan)
  const description = describe(plan, tensors)
  const configuration = configurationHash(plan, description)
  return { plan, tensors, program, description, configuration, filled: false }
}

// marked as pure, so that bundles without models or predictors do not carry their cache
const models = /* @__PURE__ */ createShared<CompiledModel>()
const predictors = /* @__PURE__ */ createShared<Compiled>()

/** A model's configuration, compiled once for all models that have it, whatever their seeds. */
export const compiledModel = <F extends Fields, T extends Fields>({
  seed,
  ...config
}: ModelConfig<F, T>): CompiledModel =>
  models(keyOf(config), () => {
    const plan = resolvePlan(config as ModelConfig<F, T>)
    if (plan.fast) checkFastKernels()
    return compileModel(plan)
  })

/** What predicts as a description says, compiled once for all that do. */
export const compiledPredictor = (description: Description, members?: Members): Compiled =>
  predictors(keyOf([description, members]), () => compilePredictor(planOf(description, members)))
