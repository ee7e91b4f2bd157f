/** The shape of a node: [] is a scalar, [n] a vector, [n, m] a matrix; elements are row-major. */
export type Shape = readonly number[]

/** One node of a circuit: an op on earlier nodes. Its index in the list identifies it. */
export interface Node {
  readonly op: string
  /** The indices of the nodes that it reads, all lower than its own. */
  readonly inputs: readonly number[]
  readonly shape: Shape
  readonly name?: string
  readonly attributes?: Attributes
}

export type Attribute = number | string | boolean | readonly number[] | readonly string[] | Attributes
export interface Attributes {
  readonly [name: string]: Attribute
}

/** f_θ as data: a static graph of named nodes, in the order in which they are computed. JSON preserves it exactly. */
export interface Circuit {
  readonly nodes: readonly Node[]
  readonly outputs: Readonly<Record<string, number>>
}

/** Returns the number of elements of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1)

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i])

export const shapeText = (shape: Shape): string => `[${shape.join(', ')}]`
