/** One path from a node to the output, with the product of the derivatives along its edges. */
export interface Path {
  readonly nodes: readonly string[]
  readonly factors: readonly number[]
  readonly product: number
}

export interface Explanation {
  readonly node: string
  readonly paths: readonly Path[]
  /** The sum over the paths, which is the node's gradient. */
  readonly sum: number
  /** Whether there are more paths than the limit allowed. */
  readonly truncated: boolean
}

/** An edge between scalars, by the indices of its nodes. */
interface Step {
  readonly from: number
  readonly to: number
  readonly local: number | undefined
}

/** Returns the paths from a node to the output, at most `limit` of them. */
export const pathsFrom = (
  start: number,
  output: number,
  edges: readonly Step[],
  nameOf: (id: number) => string,
  limit: number,
): Omit<Explanation, 'node'> => {
  const paths: Path[] = []
  let truncated = false
  const follow = (at: number, nodes: readonly number[], factors: readonly number[]): void => {
    if (paths.length >= limit) {
      truncated = true
      return
    }
    if (at === output) {
      // The order is from the output back to the node, as the chain rule is written: ∂f/∂x2 · ∂x2/∂net2 · ∂net2/∂w3.
      const product = [...factors].reverse().reduce((a, b) => a * b, 1)
      paths.push({ nodes: nodes.map(nameOf), factors, product })
      return
    }
    for (const { from, to, local } of edges) {
      if (from !== at) continue
      if (local === undefined)
        throw new RangeError(`explain: '${nameOf(to)}' is not a scalar; paths lead through scalars only.`)
      follow(to, [...nodes, to], [...factors, local])
    }
  }
  follow(start, [start], [])
  return { paths, sum: paths.reduce((sum, { product }) => sum + product, 0), truncated }
}
