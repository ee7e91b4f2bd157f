import type { Fields } from '../features/field.js'
import { checkFastKernels } from '../kernels/host/fastKernels.js'
import type { Parameter } from '../program/stepRows.js'
import type { Description } from '../records.js'
import { assemble } from './assemble.js'
import { comparison, type Texts } from './comparison.js'
import type { ModelConfig, Plan } from './configuration.js'
import { configurationHash, describe } from './describe.js'
import { keyOf } from './keyOf.js'
import { layoutOf } from './layout.js'
import { learning } from './learning.js'
import type { Program } from './places.js'
import { type Members, planOf } from './planOf.js'
import { resolvePlan } from './resolvePlan.js'
import { createShared } from './shared.js'

/** A plan with its layout and its program, which all machines of the plan share. */
export interface Compiled {
  readonly plan: Plan
  readonly tensors: readonly Parameter[]
  readonly program: Program
}

/** A compiled model: the same, together with the model's description. */
export interface CompiledModel extends Compiled {
  readonly description: Description
  /** Whether a machine of it has been given its initial values: if they fit one machine, they fit all. */
  filled: boolean
  /** The hash of everything that decides how training continues: a snapshot fits only models with the same hash. */
  readonly configuration: string
  /** What that hash covers, as short texts by part; made when they are first asked for. */
  readonly settings: () => Texts | undefined
}

/** Compiles a plan for prediction only. */
export const compilePredictor = (plan: Plan): Compiled => {
  const tensors = layoutOf(plan)
  return { plan, tensors, program: assemble(plan, tensors) }
}

/** Compiles a plan for learning. */
export const compileLearner = (plan: Plan): Compiled => {
  const tensors = layoutOf(plan)
  return { plan, tensors, program: assemble(plan, tensors, learning) }
}

const compileModel = (plan: Plan): CompiledModel => {
  const { tensors, program } = compileLearner(plan)
  const description = describe(plan, tensors)
  const configuration = configurationHash(plan, description)
  let texts: Texts | undefined
  const settings = (): Texts | undefined => {
    texts ??= comparison && Object.freeze(comparison.textsOf(plan))
    return texts
  }
  return { plan, tensors, program, description, configuration, settings, filled: false }
}

// These calls are marked as pure, so that bundles without models or predictors do not include their caches.
const models = /* @__PURE__ */ createShared<CompiledModel>()
const predictors = /* @__PURE__ */ createShared<Compiled>()

/** Compiles a model's configuration, once for all models that have it, whatever their seeds. */
export const compiledModel = <F extends Fields, T extends Fields>(config: ModelConfig<F, T>): CompiledModel =>
  models(keyOf({ ...config, seed: undefined }), () => {
    const plan = resolvePlan(config)
    if (plan.fast) checkFastKernels()
    return compileModel(plan)
  })

/** Compiles the predicting half of a description, once for all predictors that have it. */
export const compiledPredictor = (description: Description, members?: Members): Compiled =>
  predictors(keyOf([description, members]), () => compilePredictor(planOf(description, members)))
