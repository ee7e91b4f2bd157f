import { createBuilder } from '../circuit/build.js'
import type { ExpertSite, MixedExpert } from '../experts/expert.js'
import { isCategory } from '../features/field.js'
import type { Expression } from '../graph/expression.js'
import { applyLayers, layerInputs } from '../layers/layersCircuit.js'
import { countColumns } from './countColumns.js'
import { bringMixing } from './mixExperts.js'
import { type BuildExperts, bringBuildExperts, LAST, NEAREST, WEIGHTS } from './mixture.js'

/** Returns the name of each copy of an expert: its own, followed by the factor of its rate if there are several. */
const copiesOf = (name: string, rates: readonly number[] = [1]): readonly MixedExpert[] =>
  rates.map((rate) => ({ name: rates.length === 1 ? name : `${name}@${rate}`, rate }))

/**
 * Builds the circuit o = Σ w_k o_k of experts, each of which reads the same inputs. The node of an expert's output has
 * the expert's name.
 */
const expertsCircuit: BuildExperts = (experts, features, target, loss) => {
  const entries = Object.entries(experts)
  if (entries.length === 0)
    throw new RangeError('createModel: there are no experts; give some, such as { net: experts.net([dense(1)]) }.')
  for (const [name, expert] of entries)
    if (typeof expert?.build !== 'function')
      throw new TypeError(`createModel: expert '${name}' is no expert; expected one such as experts.net([dense(1)]).`)
  if (loss?.levels)
    throw new RangeError(
      `createModel: ${loss.kind}() is given with experts; expected layers or a circuit, or intervals(model, { levels }) around the experts.`,
    )
  const [field] = Object.values(target)
  const isClass = field !== undefined && isCategory(field)
  const outputs = entries.find(([, expert]) => expert.outputs !== undefined)?.[1].outputs ?? Object.keys(target).length
  const builder = createBuilder()
  const { ops, nodes } = builder
  const { columns, fanIn, sparse } = countColumns(features, [])
  const inputs = layerInputs(ops, columns, fanIn, sparse)
  const given = new Map<string, Expression>()
  /** What labels say, as an input of the circuit: classes as they are, and numbers as outputs that predict them. */
  const recalled = (name: string, expert: string): Expression => {
    const known = given.get(name)
    if (known) return known
    if (loss?.link && !loss.outputOf && !isClass)
      throw new TypeError(
        `createModel: expert '${expert}' recalls labels, and ${loss.kind}() has a link without outputOf; expected both, or only experts of layers.`,
      )
    const labels = ops.input(name, [isClass ? Math.max(2, outputs) : outputs])
    const output = isClass ? labels : (loss?.outputOf?.(ops, labels) ?? labels)
    given.set(name, output)
    return output
  }
  const all: { mixed: MixedExpert; output: Expression }[] = []
  for (const [name, expert] of entries)
    for (const mixed of copiesOf(name, expert.rates)) {
      const site: ExpertSite = {
        name: mixed.name,
        ops,
        outputs,
        task: isClass ? 'category' : 'numeric',
        layers: (layers) => applyLayers(builder, layers, inputs, mixed.name, `${mixed.name}.`),
        last: (ago = 1) => recalled(`${LAST}${ago}`, name),
        nearest: (count, rows) => recalled(`${NEAREST}${count}of${rows}`, name),
      }
      const built = expert.build(site)
      if (built.shape.length !== 1 || built.shape[0] !== outputs)
        throw new RangeError(
          `createModel: expert '${name}' has shape [${built.shape.join(', ')}]; expected [${outputs}], as the others have.`,
        )
      // The output of an expert is a node of its own that has the expert's name.
      const output = nodes[built.id].name === mixed.name ? built : ops.named(mixed.name, ops.add(built, 0))
      all.push({ mixed, output })
    }
  const weights = ops.input(WEIGHTS, [all.length])
  const together = ops.reshape(ops.concat(all.map(({ output }) => output)), [all.length, outputs])
  return { circuit: builder.finish({ o: ops.dense(weights, together) }), experts: all.map(({ mixed }) => mixed) }
}

/** Brings experts to what creates models. */
export const bringExperts = (): void => {
  bringMixing()
  bringBuildExperts(expertsCircuit)
}
