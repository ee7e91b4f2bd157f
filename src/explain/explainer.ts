import { compiledPredictor } from '../compile/compiled.js'
import { bringMixing } from '../compile/mixExperts.js'
import type { Members } from '../compile/planOf.js'
import type { Core } from '../model/state/core.js'
import { createMachine } from '../model/step/machine.js'
import { createRowPredictor } from '../model/step/predictRow.js'
import { interpreter } from '../program/interpret.js'
import type { Description } from '../records.js'
import type { Row } from '../values.js'
import type { Asked } from './asked.js'
import { createResponse, type Response } from './response.js'

/** What explanations of all models of a configuration compute with, one after another. */
export interface Explainer {
  readonly core: Core
  predictRow(row: Row): unknown
  /** Returns the response of the row that was last predicted. */
  responseTo(asked: Asked): Response
}

/** The most responses that are kept for a configuration: one for each class that is asked for. */
const MOST = 16

const createExplainer = (description: Description, members: Members): Explainer => {
  bringMixing()
  // The interpreter has the bits of the kernels, and pages that fetch those need not bundle them.
  const machine = createMachine(compiledPredictor(description, members), interpreter)
  const { core } = machine
  const responses = new Map<string, Response>()
  return {
    core,
    predictRow: createRowPredictor<Row>(machine),
    responseTo(asked) {
      const key = `${asked.place} ${asked.logit}`
      const known = responses.get(key)
      known?.refill?.()
      if (known) return known
      const made = createResponse(core, description.circuit, asked)
      if (!made.refill) return made
      if (responses.size === MOST) responses.clear()
      responses.set(key, made)
      return made
    },
  }
}

/** Explainers that are not in use; one lives as long as the description that models of a configuration share. */
const idle: WeakMap<Description, Explainer> = /* @__PURE__ */ new WeakMap()

/** Calls a function with the explainer of a configuration, which no other call uses meanwhile: a getter of a row may. */
export const withExplainer = <T>(description: Description, members: Members, use: (own: Explainer) => T): T => {
  // Members of a caller's own may differ from call to call.
  if (Object.values(members).some((list) => list !== undefined)) return use(createExplainer(description, members))
  const explainer = idle.get(description) ?? createExplainer(description, members)
  idle.delete(description)
  try {
    return use(explainer)
  } finally {
    idle.set(description, explainer)
  }
}
