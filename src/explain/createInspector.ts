import { createBuilder } from '../circuit/build.js'
import { compilePredictor } from '../compile/compiled.js'
import type { Plan } from '../compile/configuration.js'
import { bringMixing } from '../compile/mixExperts.js'
import { mixture } from '../compile/mixture.js'
import { type Members, planOf } from '../compile/planOf.js'
import { namedOutput, outputVector } from '../compile/trainingGraph.js'
import { type Circuit, sizeOf } from '../graph/graph.js'
import { chooseExecutor } from '../kernels/host/choose.js'
import { createCore } from '../model/state/core.js'
import { publishInto } from '../model/state/publication.js'
import { createPass } from '../model/step/pass.js'
import type { Description, Publication } from '../records.js'
import { type Inspection, inspect } from './inspect.js'
import type { NodeValue } from './leaves.js'

/** The encoded numbers of one row: its features and, if the truth is known, its targets. */
export interface InspectedExample {
  readonly x: ArrayLike<number>
  readonly y?: ArrayLike<number>
}

const numbers = (from: ArrayLike<number> | undefined, size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => from?.[i] ?? Number.NaN)

/**
 * Inspects a model that is trained elsewhere: the forward values and backward gradients of one row at the published θ.
 * If the truth is given, the gradients are those of the loss; otherwise they are those of the output.
 *
 * @example
 * const inspectAt = createInspector(model.description)
 * const pass = inspectAt(model.publish(), { x: example.x, y: example.y })
 * pass.value('layer1')        // the hidden units
 * pass.gradient('dense1.W')   // ∂loss/∂W
 */
export const createInspector = (
  description: Description,
  members: Members = {},
): ((publication: Publication, example: InspectedExample) => Inspection) => {
  bringMixing()
  const compiled = compilePredictor(planOf(description, members))
  const { plan, tensors } = compiled
  // Rows arrive as numbers, one at a time, so a core is enough and a whole machine is not needed.
  const core = createCore(compiled, chooseExecutor(undefined, plan.fast), 0)
  const pass = createPass(core)
  const { places } = core.program
  const bytes = core.view.BYTES_PER_ELEMENT
  const withLoss = lossCircuit(description.circuit, plan)

  const read = (address: number, size: number): number[] =>
    Array.from(core.view.subarray(address / bytes, address / bytes + size))

  return (publication, { x, y }) => {
    publishInto(core, publication)
    const labels = numbers(y, core.targets)
    pass.load(0, numbers(x, core.width), 0, labels, 0, 1)
    pass.predict(0, 1)
    pass.forward(0, 1)
    // For a category, −1 is a name without a column; for a number, −1 is a value.
    const names = core.vocabularies[core.features]?.values.length
    const labelled = labels.every((label) => !Number.isNaN(label) && (names === undefined || label !== -1))
    if (labelled) core.run('target')

    const given: Record<string, NodeValue> = {}
    for (const { name, offset, size } of tensors)
      given[name] = Array.from(publication.parameters.subarray(offset, offset + size))
    for (const { op, name = '', shape } of description.circuit.nodes)
      if (op === 'input') given[name] = read(places.inputs.get(name) as number, sizeOf(shape))
    if (!labelled) {
      const outputs = Object.keys(description.circuit.outputs)
      return inspect(description.circuit, given, { output: outputs[0], precision: plan.precision })
    }
    given['#target'] = read(places.target, plan.outputs)
    if (names !== undefined && plan.outputs > 1)
      given['#known'] = Array.from({ length: plan.outputs }, (_, i) => (i < names ? 1 : 0))
    return inspect(withLoss, given, { output: 'loss', precision: plan.precision })
  }
}

/** Returns the circuit, extended by the loss that is descended: that of its outputs, or the sum of the experts' own. */
const lossCircuit = (circuit: Circuit, plan: Plan): Circuit => {
  const builder = createBuilder(circuit.nodes)
  const { ops } = builder
  const { output, known } = namedOutput(plan, builder, outputVector(circuit, builder))
  const target = ops.input('#target', [plan.outputs])
  const experts = mixture?.graphOf(plan, builder, target, (own) => namedOutput(plan, builder, own, known).output) ?? []
  const losses = experts.map((expert) => expert.loss)
  const loss = losses.length > 0 ? ops.add(...losses, 0) : plan.loss.build({ ops, output, target, fields: plan.target })
  return { ...builder.finish({ loss }), outputs: { ...circuit.outputs, loss: loss.id } }
}
