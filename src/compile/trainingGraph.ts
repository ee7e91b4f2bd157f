import { reverse } from '../autodiff/reverse.js'
import type { Builder, Expression, Ops } from '../graph/expression.js'
import type { Circuit } from '../graph/graph.js'
import type { Parameter } from '../program/stepRows.js'
import type { Plan } from './configuration.js'
import { type ExpertGraph, mixture } from './mixture.js'

/** A circuit extended by its link, its loss and its backward pass. */
export interface TrainingGraph {
  /** The circuit's outputs as one vector, before and after classes without a name are masked. */
  readonly raw: Expression
  readonly link: Expression
  readonly target: Expression
  readonly weight: Expression
  readonly known: Expression | undefined
  readonly loss: Expression
  readonly delta: Expression
  /** The experts that the circuit mixes; empty for a single circuit. */
  readonly experts: readonly ExpertGraph[]
  readonly gradients: readonly { readonly parameter: Parameter; readonly contribution: Expression }[]
}

/** Returns a circuit's outputs as one vector, in their order. */
export const outputVector = ({ outputs }: Circuit, { ops, nodes, expression }: Builder): Expression => {
  const parts = Object.values(outputs).map((id) => {
    // An output that is itself a weight becomes a node of its own, so that the gradient has an edge to that weight.
    const x = nodes[id]?.op === 'weight' ? ops.add(expression(id), 0) : expression(id)
    return x.shape.length === 0 ? ops.reshape(x, [1]) : x
  })
  return parts.length === 1 ? parts[0] : ops.concat(parts)
}

/** A value below any logit, yet finite in f32: a class that has no name yet gets a probability of exactly 0. */
const MASKED = -1e30

/** Returns the outputs that the loss reads and, if the loss needs it, which of them have a name by now. */
export const namedOutput = (
  { loss, outputs }: Pick<Plan, 'loss' | 'outputs'>,
  { ops }: Builder,
  raw: Expression,
  named?: Expression,
): { readonly output: Expression; readonly known: Expression | undefined } => {
  if (loss.task !== 'category' || outputs === 1) return { output: raw, known: undefined }
  const known = named ?? ops.input('#known', [outputs])
  return { output: ops.where(known, raw, MASKED), known }
}

/** Returns what the outputs predict, in the targets' scale: numbers, or probabilities. */
export const linkOf = ({ loss }: Pick<Plan, 'loss'>, ops: Ops, raw: Expression, named?: Expression): Expression =>
  loss.link?.(ops, raw) ?? (loss.task === 'numeric' ? raw : named ? ops.exp(ops.logSoftmax(named)) : ops.sigmoid(raw))

/** Extends the circuit by its link, its loss and its backward pass. */
export const trainingGraph = (plan: Plan, builder: Builder, tensors: readonly Parameter[]): TrainingGraph => {
  const { ops } = builder
  const raw = outputVector(plan.circuit, builder)
  const { output, known } = namedOutput(plan, builder, raw)
  const link = linkOf(plan, ops, raw, known && output)

  const target = ops.input('#target', [plan.outputs])
  const weight = ops.input('#weight')
  const loss = plan.loss.build({ ops, output, target, fields: plan.target })
  const delta = reverse(builder, new Map([[loss.id, ops.constant(1)]]), [raw.id]).adjoint.get(raw.id)
  if (!delta)
    throw new RangeError(`createModel: ${plan.loss.kind}() does not depend on the output; expected one that does.`)

  const experts =
    mixture?.graphOf(plan, builder, target, (output) => namedOutput(plan, builder, output, known).output) ?? []
  // Each expert learns from its own loss, and not from that of the mixture.
  const seeds = new Map(
    plan.experts
      ? experts.map(({ output, delta }) => [output.id, ops.mul(delta, weight)])
      : [[raw.id, ops.mul(delta, weight)]],
  )
  const parameters = new Map(
    plan.circuit.nodes.flatMap((node, id) => {
      const parameter = tensors.find(({ name }) => node.op === 'weight' && name === node.name)
      return parameter && !parameter.frozen ? [[id, parameter] as const] : []
    }),
  )
  const { edges } = reverse(builder, seeds, parameters.keys(), new Set(parameters.keys()))
  const gradients = edges.flatMap(({ from, contribution }) => {
    const parameter = parameters.get(from)
    return parameter ? [{ parameter, contribution }] : []
  })
  return { raw, link, target, weight, known, loss, delta, experts, gradients }
}
