import type { StepNode, StepRows } from '../program/stepRows.js'

/** Ops whose result is a sum of their operands, each taken as it is or in another order. */
const SUMS: readonly string[] = ['add', 'sub', 'neg', 'sum', 'concat', 'slice', 'pad', 'reshape', 'expand', 'identity']
/** Ops whose result is a product of their first two operands, plus the third if there is one. */
const PRODUCTS: readonly string[] = ['mul', 'dense', 'sparseDense', 'matmul', 'outer']

/** Returns the degree of each node in θ: 0 where it does not depend on θ, and 1 where it is linear. */
const degreesOf = (nodes: readonly StepNode[]): readonly number[] => {
  const degrees: number[] = []
  for (const { op, inputs } of nodes) {
    const own = inputs.map((i) => degrees[i] as number)
    const most = own.reduce((a, b) => Math.max(a, b), 0)
    const [a = 0, b = 0, c = 0] = own
    if (op === 'weight') degrees.push(1)
    else if (PRODUCTS.includes(op)) degrees.push(Math.max(a + b, c))
    else degrees.push(SUMS.includes(op) || most === 0 ? most : Infinity)
  }
  return degrees
}

/**
 * Refuses a model that a rule for linear models does not fit: it has one output o = ⟨θ, x⟩, which `losses` names by
 * kind may judge, and no transform but l1 changes ∇ before the rule reads it, so that ∇ = ∂l/∂o · x.
 *
 * @throws RangeError for any other model
 */
export const checkLinear = (
  by: string,
  { site: { plan } }: StepRows,
  losses: Readonly<Record<string, string>>,
): void => {
  const { circuit, loss, optimizer, outputs } = plan
  const degrees = degreesOf(circuit.nodes)
  if (outputs !== 1 || !Object.values(circuit.outputs).every((id) => (degrees[id] as number) <= 1))
    throw new RangeError(
      `${by}: the model has ${outputs === 1 ? 'an output that is not linear in θ' : `${outputs} outputs`}; expected a linear model of one output, such as layers: [dense(1)].`,
    )
  if (!Object.hasOwn(losses, loss.kind))
    throw new RangeError(`${by}: the loss is '${loss.kind}'; expected one of ${Object.values(losses).join(', ')}.`)
  if (loss.weights)
    throw new RangeError(
      `${by}: ${loss.kind}() has weights of classes; expected none: give each row its weight, as in weight: 'weight'.`,
    )
  const before = optimizer.transforms.slice(
    0,
    optimizer.transforms.findIndex(({ kind }) => kind === by),
  )
  const other = before.find(({ kind }) => kind !== 'l1')
  if (other)
    throw new RangeError(
      `${by}: '${other.kind}' changes the gradient that this rule reads x from; expected only l1() or decoupled l2() in its chain.`,
    )
}
